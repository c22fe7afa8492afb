package glance.client.cli;

import glance.client.Json;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What of an image's document is replicated. */
final class ReplicaImage {
    /** A service's own business, the same or not. */
    private static final Set<String> OF_THE_SERVICE =
            Set.of("self", "file", "schema", "direct_url", "locations", "stores", "id");

    /** Told apart, but not to be set: they follow from the data. */
    private static final Set<String> OF_THE_DATA =
            Set.of("status", "size", "virtual_size", "checksum", "os_hash_algo", "os_hash_value");

    /** No service takes them from a client, be they replicated or not. */
    private static final Set<String> TIMES = Set.of("created_at", "updated_at");

    private ReplicaImage() {}

    static String id(ObjectNode image) {
        return image.path("id").stringValue("");
    }

    static String status(ObjectNode image) {
        return image.path("status").stringValue("");
    }

    /** Whether there is data that can be fetched. */
    static boolean hasData(ObjectNode image) {
        return status(image).equals("active") || status(image).equals("deactivated");
    }

    /** Whether it neither has data nor is getting some. */
    static boolean awaitsData(ObjectNode image) {
        return status(image).equals("queued");
    }

    static long size(ObjectNode image) {
        return image.path("size").longValue(0);
    }

    /** The document without what is the service's own. */
    static ObjectNode portable(ObjectNode image) {
        ObjectNode portable = image.deepCopy();
        portable.remove(
                OF_THE_SERVICE.stream().filter(name -> !name.equals("id")).toList());
        return portable;
    }

    /** What a client may set of it, without {@code left}. */
    static Map<String, JsonNode> settable(ObjectNode image, Collection<String> left) {
        Map<String, JsonNode> settable = new LinkedHashMap<>();
        image.properties().forEach(member -> {
            String name = member.getKey();
            boolean closed = OF_THE_SERVICE.contains(name)
                    || OF_THE_DATA.contains(name)
                    || TIMES.contains(name)
                    || name.startsWith("os_glance_")
                    || left.contains(name);
            if (!closed && !member.getValue().isNull()) {
                settable.put(name, member.getValue());
            }
        });
        return settable;
    }

    /** Two values of one member; a missing one is null. */
    record Difference(JsonNode source, JsonNode target) {}

    /** The members that differ, by name, without {@code left}. Tags are a set. */
    static SortedMap<String, Difference> differences(ObjectNode source, ObjectNode target, Collection<String> left) {
        Set<String> names = new LinkedHashSet<>();
        source.propertyNames().forEach(names::add);
        target.propertyNames().forEach(names::add);
        names.removeAll(OF_THE_SERVICE);
        names.removeAll(left);
        SortedMap<String, Difference> differences = new TreeMap<>();
        for (String name : names) {
            JsonNode there = value(source, name);
            JsonNode here = value(target, name);
            if (!same(name, there, here)) {
                differences.put(name, new Difference(there, here));
            }
        }
        return differences;
    }

    private static JsonNode value(ObjectNode image, String name) {
        JsonNode value = image.get(name);
        return value == null ? Json.nothing() : value;
    }

    private static boolean same(String name, JsonNode one, JsonNode other) {
        if (name.equals("tags")) {
            return new LinkedHashSet<>(one.valueStream().toList())
                    .equals(new LinkedHashSet<>(other.valueStream().toList()));
        }
        return one.equals(other);
    }

    /** Those of the differences that a client can mend. */
    static List<String> mendable(ObjectNode source, ObjectNode target, Collection<String> left) {
        return differences(source, target, left).keySet().stream()
                .filter(name -> !OF_THE_DATA.contains(name) && !TIMES.contains(name) && !name.startsWith("os_glance_"))
                .toList();
    }
}
