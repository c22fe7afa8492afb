package glance.api.v2;

import glance.api.Json;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON schemas clients fetch. They validate answers against them and read the format lists out of them. */
final class Schemas {
    private static final String UUID_PATTERN =
            "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";

    /**
     * The attributes every image has; the format lists are added from the configuration. {@code stores} is not among
     * them while there is one store only: python3-glanceclient makes an option of each attribute of a schema it has
     * cached, and then cannot start at all, since it has a {@code --stores} of its own.
     */
    static final String IMAGE_PROPERTIES = """
            {
              "id": {"type": "string", "description": "An identifier for the image", "pattern": "%s"},
              "name": {"type": ["null", "string"], "description": "Descriptive name for the image", "maxLength": 255},
              "status": {"type": "string", "readOnly": true, "description": "Status of the image",
                "enum": ["queued", "saving", "active", "killed", "deleted", "uploading", "importing", "pending_delete",
                  "deactivated"]},
              "visibility": {"type": "string", "description": "Scope of image accessibility",
                "enum": ["community", "public", "private", "shared"]},
              "protected": {"type": "boolean", "description": "If true, image will not be deletable."},
              "os_hidden": {"type": "boolean",
                "description": "If true, image will not appear in default image list response."},
              "checksum": {"type": ["null", "string"], "readOnly": true, "description": "md5 hash of image contents.",
                "maxLength": 32},
              "os_hash_algo": {"type": ["null", "string"], "readOnly": true,
                "description": "Algorithm to calculate the os_hash_value", "maxLength": 64},
              "os_hash_value": {"type": ["null", "string"], "readOnly": true,
                "description": "Hexdigest of the image contents using the algorithm specified by the os_hash_algo",
                "maxLength": 128},
              "owner": {"type": ["null", "string"], "description": "Owner of the image", "maxLength": 255},
              "size": {"type": ["null", "integer"], "readOnly": true, "description": "Size of image file in bytes"},
              "virtual_size": {"type": ["null", "integer"], "readOnly": true,
                "description": "Virtual size of image in bytes"},
              "container_format": {"type": ["null", "string"], "description": "Format of the container"},
              "disk_format": {"type": ["null", "string"], "description": "Format of the disk"},
              "created_at": {"type": "string", "readOnly": true,
                "description": "Date and time of image registration"},
              "updated_at": {"type": "string", "readOnly": true,
                "description": "Date and time of the last image modification"},
              "tags": {"type": "array", "description": "List of strings related to the image",
                "items": {"type": "string", "maxLength": 255}},
              "direct_url": {"type": "string", "readOnly": true,
                "description": "URL to access the image file kept in external store"},
              "min_ram": {"type": "integer",
                "description": "Amount of ram (in MB) required to boot image."},
              "min_disk": {"type": "integer",
                "description": "Amount of disk space (in GB) required to boot image."},
              "self": {"type": "string", "readOnly": true, "description": "An image self url"},
              "file": {"type": "string", "readOnly": true, "description": "An image file url"},
              "schema": {"type": "string", "readOnly": true, "description": "An image schema url"},
              "locations": {"type": "array",
                "description": "A set of URLs to access the image file kept in external store",
                "items": {"type": "object", "required": ["url", "metadata"], "properties": {
                  "url": {"type": "string", "maxLength": 255},
                  "metadata": {"type": "object"},
                  "validation_data": {"type": "object", "writeOnly": true, "additionalProperties": false,
                    "description": "Values to be used to populate the corresponding image properties.",
                    "required": ["os_hash_algo", "os_hash_value"], "properties": {
                      "checksum": {"type": "string", "minLength": 32, "maxLength": 32},
                      "os_hash_algo": {"type": "string", "maxLength": 64},
                      "os_hash_value": {"type": "string", "maxLength": 128}}}}}}
            }
            """.formatted(UUID_PATTERN);

    private static final String MEMBER = """
            {"name": "member", "properties": {
              "created_at": {"type": "string", "description": "Date and time of image member creation"},
              "image_id": {"type": "string", "description": "An identifier for the image", "pattern": "%s"},
              "member_id": {"type": "string", "description": "An identifier for the image member (tenantId)"},
              "status": {"type": "string", "description": "The status of this image member",
                "enum": ["pending", "accepted", "rejected"]},
              "updated_at": {"type": "string", "description": "Date and time of last modification of image member"},
              "schema": {"type": "string", "readOnly": true}
            }}
            """.formatted(UUID_PATTERN);

    private static final String TASK = """
            {"name": "task", "properties": {
              "id": {"type": "string", "description": "An identifier for the task", "pattern": "%s"},
              "type": {"type": "string", "description": "The type of task represented by this content",
                "enum": ["import", "api_image_import", "location_import"]},
              "status": {"type": "string", "description": "The current status of this task",
                "enum": ["pending", "processing", "success", "failure"]},
              "input": {"type": ["null", "object"], "description": "The parameters required by task, JSON blob"},
              "result": {"type": ["null", "object"], "description": "The result of current task, JSON blob"},
              "owner": {"type": "string", "description": "An identifier for the owner of this task"},
              "message": {"type": "string", "description": "Human-readable informative message"},
              "image_id": {"type": ["null", "string"]},
              "request_id": {"type": ["null", "string"]},
              "user_id": {"type": ["null", "string"]},
              "expires_at": {"type": ["null", "string"], "description": "Time when the task record may go"},
              "created_at": {"type": "string", "description": "Time when task was created"},
              "updated_at": {"type": "string", "description": "Time when task was last modified"},
              "self": {"type": "string", "readOnly": true},
              "schema": {"type": "string", "readOnly": true}
            }}
            """.formatted(UUID_PATTERN);

    private Schemas() {}

    static ObjectNode member() {
        return (ObjectNode) Json.parse(MEMBER.getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode task() {
        return (ObjectNode) Json.parse(TASK.getBytes(StandardCharsets.UTF_8));
    }

    /** A page of {@code item}s, with links to the pages around it. */
    static ObjectNode paged(String name, ObjectNode item) {
        ObjectNode document = collection(name, item);
        ObjectNode properties = (ObjectNode) document.path("properties");
        properties.putObject("first").put("type", "string");
        properties.putObject("next").put("type", "string");
        document.set("links", links("first", "{first}", "next", "{next}", "describedby", "{schema}"));
        return document;
    }

    /** All {@code item}s at once. */
    static ObjectNode collection(String name, ObjectNode item) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("name", name);
        ObjectNode properties = document.putObject("properties");
        properties.putObject(name).put("type", "array").set("items", item);
        properties.putObject("schema").put("type", "string");
        document.set("links", links("describedby", "{schema}"));
        return document;
    }

    /** Relation and address in turn. */
    static ArrayNode links(String... relationsAndAddresses) {
        ArrayNode links = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < relationsAndAddresses.length; i += 2) {
            links.addObject().put("rel", relationsAndAddresses[i]).put("href", relationsAndAddresses[i + 1]);
        }
        return links;
    }
}
