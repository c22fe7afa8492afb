package glance.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The command line of {@code glance-api}.
 *
 * @param sources {@code --config-file} and {@code --config-dir} in the order given
 * @param port {@code --port}, over {@code bind_port}
 * @param debug {@code --debug}, over {@code debug}
 */
record Arguments(List<Source> sources, OptionalInt port, boolean debug, Mode mode) {
    /** A file or directory of configuration. */
    record Source(Path path, boolean directory) {}

    /** What the process is asked to do. */
    enum Mode {
        SERVE,
        HELP,
        VERSION,
        /** Reads and checks the configuration, builds nothing, says so. */
        CHECK_CONFIG
    }

    static final String USAGE = """
            usage: glance-api [--config-file FILE]... [--config-dir DIR]... [--port PORT] [--debug]

            Serves the OpenStack Images API.

              --config-file FILE   read this file instead of glance-api.conf in the standard places; repeatable
              --config-dir DIR     read every *.conf in this directory; repeatable
              --port PORT          listen on this port instead of bind_port
              --debug, -d          log decisions and their inputs
              --check-config       read and check the configuration, then exit
              --version            print the version
              --help, -h           print this text
            """;

    Arguments {
        sources = List.copyOf(sources);
    }

    /**
     * @throws IllegalArgumentException in words for the user
     */
    static Arguments parse(String... words) {
        List<Source> sources = new ArrayList<>();
        OptionalInt port = OptionalInt.empty();
        boolean debug = false;
        Mode mode = Mode.SERVE;
        for (int index = 0; index < words.length; index++) {
            String word = words[index];
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = equals < 0 ? word : word.substring(0, equals);
            switch (name) {
                case "--help", "-h" -> mode = Mode.HELP;
                case "--version" -> mode = Mode.VERSION;
                case "--check-config" -> mode = Mode.CHECK_CONFIG;
                case "--debug", "-d" -> debug = true;
                case "--config-file", "--config-dir", "--port" -> {
                    String value;
                    if (equals >= 0) {
                        value = word.substring(equals + 1);
                    } else if (++index < words.length) {
                        value = words[index];
                    } else {
                        throw new IllegalArgumentException("option " + name + " needs a value");
                    }
                    switch (name) {
                        case "--config-file" -> sources.add(new Source(Path.of(value), false));
                        case "--config-dir" -> sources.add(new Source(Path.of(value), true));
                        default -> port = OptionalInt.of(port(value));
                    }
                }
                default -> throw new IllegalArgumentException("unknown option '" + word + "'; see --help");
            }
        }
        return new Arguments(sources, port, debug, mode);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // told below, together with numbers out of range
        }
        throw new IllegalArgumentException("option --port: '" + text + "' is no port; accepted: 0 to 65535");
    }
}
