package glance.server;

/** The {@code glance-registry} command. */
public final class RegistryMain {
    private static final String USAGE = """
            usage: glance-registry [--config-file FILE]... [--config-dir DIR]... [--port PORT] [--OPTION VALUE]...

            Serves the metadata of images to glance-api.

              --config-file FILE   read this file instead of glance-registry.conf in the standard places; repeatable
              --config-dir DIR     read every *.conf in this directory; repeatable
              --port PORT          listen on this port (9191): short for --bind-port
              --debug, -d          log decisions and their inputs
              --OPTION VALUE       any option of [DEFAULT], dashes for underscores
              --check-config       read and check the configuration, then exit
              --version            print the version
              --help, -h           print this text
            """;

    private RegistryMain() {}

    public static void main(String... words) {
        new Daemon(
                        "glance-registry",
                        USAGE,
                        OptionCatalogue.REGISTRY_GROUPS,
                        RegistryService::check,
                        RegistryService::start)
                .main(words);
    }
}
