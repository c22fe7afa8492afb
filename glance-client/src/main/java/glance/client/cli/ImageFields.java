package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import glance.client.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The options that set members of an image, with their 2014 spellings, and how they become JSON. */
final class ImageFields {
    private static final List<String> TEXT_FIELDS = List.of(
            "architecture",
            "name",
            "instance-uuid",
            "visibility",
            "kernel-id",
            "os-version",
            "disk-format",
            "os-distro",
            "id",
            "owner",
            "ramdisk-id",
            "container-format");

    /** Members the service knows even when the image has none yet; a patch replaces them. */
    static final List<String> CORE = List.of(
            "name",
            "visibility",
            "disk_format",
            "container_format",
            "owner",
            "protected",
            "min_disk",
            "min_ram",
            "os_hidden",
            "tags");

    private ImageFields() {}

    static Grammar declare(Grammar grammar, boolean creating) {
        grammar.add(field("--architecture", "Operating system architecture."))
                .add(Grammar.truth("--protected", "If true, the image cannot be deleted."))
                .add(field("--name", "Descriptive name for the image."))
                .add(field("--instance-uuid", "Instance this image was made of; for information only."))
                .add(Grammar.integer("--min-disk", "<MIN_DISK>", "Disk space in GB required to boot the image."))
                .add(field("--visibility", "Who can use the image: public, private, community or shared."))
                .add(field("--kernel-id", "ID of the kernel image when booting an AMI-style image."));
        if (creating) {
            grammar.add(Grammar.words("--tags", "<TAGS>", "Tags of the image.").many());
        }
        grammar.add(field("--os-version", "Operating system version as specified by the distributor."))
                .add(field(
                        "--disk-format",
                        "Format of the disk: ami, ari, aki, vhd, vhdx, vmdk, raw, qcow2, vdi, iso or" + " ploop."))
                .add(field("--os-distro", "Common name of the operating system distribution."));
        if (creating) {
            grammar.add(field("--id", "An identifier for the image."));
        }
        return grammar.add(field("--owner", "Project that owns the image."))
                .add(field("--ramdisk-id", "ID of the ramdisk image when booting an AMI-style image."))
                .add(Grammar.integer("--min-ram", "<MIN_RAM>", "Memory in MB required to boot the image."))
                .add(field(
                        "--container-format",
                        "Format of the container: ami, ari, aki, bare, ovf, ova, docker or" + " compressed."))
                .add(Grammar.truth("--hidden", "If true, the image does not appear in the default image list."))
                .add(Grammar.text("--property", "<key=value>", "Property of your own. May be used multiple times.")
                        .many())
                .legacy(Grammar.truth("--is-public", ""))
                .legacy(Grammar.truth("--is-protected", ""))
                .legacy(Grammar.flag("--human-readable", ""));
    }

    private static Grammar.Option field(String name, String help) {
        return Grammar.text(
                name, "<" + name.substring(2).replace('-', '_').toUpperCase(java.util.Locale.ROOT) + ">", help);
    }

    /**
     * The members named on the command line.
     *
     * @param creating what {@code --is-public false} means: nothing on a new image, {@code shared} on an existing one
     */
    static Map<String, JsonNode> values(Arguments arguments, boolean creating) {
        ObjectNode values = Json.object();
        for (String name : TEXT_FIELDS) {
            String word = arguments.text("--" + name);
            if (word != null) {
                values.put(name.replace('-', '_'), word);
            }
        }
        putTruth(values, "protected", arguments.truth("--protected"));
        putTruth(values, "os_hidden", arguments.truth("--hidden"));
        arguments.integer("--min-disk").ifPresent(gigabytes -> values.put("min_disk", gigabytes));
        arguments.integer("--min-ram").ifPresent(megabytes -> values.put("min_ram", megabytes));
        if (arguments.has("--tags")) {
            ArrayNode tags = values.putArray("tags");
            arguments.texts("--tags").forEach(tags::add);
        }
        putLegacy(values, arguments, creating);
        properties(arguments.texts("--property")).forEach(values::put);
        Map<String, JsonNode> ordered = new LinkedHashMap<>();
        values.properties().forEach(member -> ordered.put(member.getKey(), member.getValue()));
        return ordered;
    }

    private static void putLegacy(ObjectNode values, Arguments arguments, boolean creating) {
        putTruth(values, "protected", arguments.truth("--is-protected"));
        Boolean isPublic = arguments.truth("--is-public");
        if (isPublic != null && !values.has("visibility")) {
            if (isPublic) {
                values.put("visibility", "public");
            } else if (!creating) {
                values.put("visibility", "shared");
            }
        }
    }

    private static void putTruth(ObjectNode values, String name, @Nullable Boolean value) {
        if (value != null) {
            values.put(name, value);
        }
    }

    /** {@code key=value} words as a map; the value may hold further equal signs. */
    static Map<String, String> properties(List<String> words) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new ClientException("The property " + Text.quoted(word) + " is not of the form key=value");
            }
            properties.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return properties;
    }

    /**
     * The patch that gives an image the wanted members.
     *
     * @param image as it is now
     * @param wanted by member name
     * @param removed custom properties to take away; unknown ones and those also wanted are left alone
     */
    static ArrayNode patch(ObjectNode image, Map<String, JsonNode> wanted, List<String> removed) {
        ArrayNode patch = Json.array();
        wanted.forEach((name, value) -> {
            if (!value.equals(image.get(name))) {
                boolean replaces = CORE.contains(name) || image.has(name);
                operation(patch, replaces ? "replace" : "add", name).set("value", value);
            }
        });
        List<String> gone = new ArrayList<>();
        for (String name : removed) {
            if (image.has(name) && !wanted.containsKey(name) && !gone.contains(name)) {
                operation(patch, "remove", name);
                gone.add(name);
            }
        }
        return patch;
    }

    private static ObjectNode operation(ArrayNode patch, String verb, String name) {
        return patch.addObject()
                .put("op", verb)
                .put("path", "/" + name.replace("~", "~0").replace("/", "~1"));
    }
}
