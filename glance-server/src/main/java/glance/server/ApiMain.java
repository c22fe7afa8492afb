package glance.server;

/** The {@code glance-api} command. */
public final class ApiMain {
    private static final String USAGE = """
            usage: glance-api [--config-file FILE]... [--config-dir DIR]... [--port PORT] [--OPTION VALUE]...

            Serves the OpenStack Images API.

              --config-file FILE   read this file instead of glance-api.conf in the standard places; repeatable
              --config-dir DIR     read every *.conf in this directory; repeatable
              --port PORT          listen on this port: short for --bind-port
              --debug, -d          log decisions and their inputs
              --OPTION VALUE       any option of [DEFAULT], dashes for underscores
              --check-config       read and check the configuration, then exit
              --version            print the version
              --help, -h           print this text
            """;

    private ApiMain() {}

    public static void main(String... words) {
        new Daemon("glance-api", USAGE, OptionCatalogue.GROUPS, ApiService::check, ApiService::start).main(words);
    }
}
