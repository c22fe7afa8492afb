package glance.client.cli;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Which members of an image document are the API's own. */
final class Properties {
    private static final Set<String> DEFINED = Set.of(
            "id",
            "name",
            "status",
            "visibility",
            "protected",
            "os_hidden",
            "checksum",
            "os_hash_algo",
            "os_hash_value",
            "owner",
            "size",
            "virtual_size",
            "container_format",
            "disk_format",
            "created_at",
            "updated_at",
            "tags",
            "direct_url",
            "self",
            "file",
            "schema",
            "stores",
            "min_ram",
            "min_disk",
            "locations");

    private Properties() {}

    /** Names of the properties users gave; those the service keeps for itself are no such. */
    static List<String> custom(ObjectNode image) {
        return image.properties().stream()
                .map(member -> member.getKey())
                .filter(name -> !DEFINED.contains(name) && !name.startsWith("os_glance"))
                .collect(Collectors.toList());
    }
}
