package glance.manage;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where upstream's services stage imports, as their configuration says: with several stores a reserved one's directory, else
 * {@code node_staging_uri}. Its default is in {@code /tmp}, where others keep files, too; so that is looked at only when the
 * configuration names it.
 */
final class StagingDirectories {
    private static final Option<String> ENABLED_BACKENDS = Option.text("enabled_backends");
    private static final Option<String> STAGING_URI = Option.text("node_staging_uri");
    private static final Option<Path> DIRECTORY =
            Option.path("filesystem_store_datadir").orElse(Path.of("/var/lib/glance/os_glance_staging_store"));

    private StagingDirectories() {}

    /**
     * The directories of the configuration, if it has any.
     *
     * @throws ConfigException when one is no directory of this machine
     */
    static List<Path> of(Configuration configuration) {
        if (configuration.section("DEFAULT").find(ENABLED_BACKENDS).isPresent()) {
            return List.of(configuration.section("os_glance_staging_store").get(DIRECTORY));
        }
        return configuration.section("DEFAULT").find(STAGING_URI).map(StagingDirectories::directory).stream()
                .toList();
    }

    private static Path directory(String uri) {
        try {
            return Path.of(URI.create(uri));
        } catch (IllegalArgumentException | FileSystemNotFoundException unusable) {
            throw new ConfigException("option node_staging_uri in [DEFAULT]: '" + uri
                    + "' is no directory of this machine; accepted: file:///a/directory/");
        }
    }
}
