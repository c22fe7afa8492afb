package glance.client.cli;

import glance.client.ClientException;
import java.util.List;
import java.util.Optional;

/** The version of the Images API the user named, and with it the commands there are. */
enum ApiVersion {
    /** None: v2, with the options and names of older clients besides. */
    UNNAMED,
    V1,
    V2;

    /** What option, variable, cloud or address name; another version than 1 and 2 is refused. */
    static ApiVersion named(Settings settings) {
        String version = settings.get("--os-image-api-version");
        if (version == null) {
            String url = settings.or("--os-image-url", "").replaceFirst("/+$", "");
            version = url.matches(".*/v[0-9]+(\\.[0-9]+)?") ? url.substring(url.lastIndexOf("/v") + 2) : null;
        }
        if (version == null) {
            return UNNAMED;
        }
        return switch (version.replaceFirst("\\..*", "")) {
            case "1" -> V1;
            case "2" -> V2;
            default -> throw new ClientException("Invalid API version parameter. Supported values are [1, 2]");
        };
    }

    /** In the order of the help page. */
    List<String> commands() {
        return this == V1 ? V1Commands.names() : Commands.names();
    }

    Optional<Command> find(String name) {
        return this == V1 ? V1Commands.find(name) : Commands.find(name);
    }
}
