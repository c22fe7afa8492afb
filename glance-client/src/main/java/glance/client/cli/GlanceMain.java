package glance.client.cli;

import glance.client.ClientException;
import glance.client.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code glance} command. Exit codes: 0 done, 1 failed with one line on standard error, 2 wrong usage, 130
 * interrupted.
 */
public final class GlanceMain {
    private static final String PROGRAM = "glance";
    private static volatile boolean finished;

    private final Terminal terminal;

    GlanceMain(Terminal terminal) {
        this.terminal = terminal;
    }

    public static void main(String[] words) {
        Terminal terminal = Terminal.ofProcess();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (!finished) {
                terminal.err().println("... terminating glance client");
            }
        }));
        int code = new GlanceMain(terminal).run(List.of(words));
        terminal.out().flush();
        finished = true;
        System.exit(code == 0 && terminal.out().checkError() ? 1 : code);
    }

    /** Runs one command line and says how it went. */
    int run(List<String> words) {
        String usage = "";
        String program = PROGRAM;
        boolean debug = false;
        try {
            Grammar globals = GlobalOptions.grammar();
            usage = Help.usage(PROGRAM, globals, "<subcommand> ...");
            Arguments line = Parser.parseLeading(globals, words);
            debug = line.has("--debug") || terminal.variable("GLANCECLIENT_DEBUG") != null;
            if (line.has("--version")) {
                terminal.out().println(version());
                return 0;
            }
            if (line.has("--help") || line.rest().isEmpty()) {
                help(List.of());
                return 0;
            }
            String name = line.rest().getFirst();
            List<String> rest = line.rest().subList(1, line.rest().size());
            if (builtIn(name, rest)) {
                return 0;
            }
            Optional<Command> command = Commands.find(name);
            if (command.isEmpty()) {
                throw new UsageException("argument <subcommand>: invalid choice: " + Text.quoted(name) + " (see \""
                        + PROGRAM + " help\")");
            }
            if (rest.contains("--help") || rest.contains("-h")) {
                help(List.of(name));
                return 0;
            }
            Settings settings = settings(line);
            boolean exact = explicitVersion2(settings);
            Grammar grammar = command.get().grammar(exact);
            program = PROGRAM + " " + name;
            usage = Help.usage(program, grammar, "");
            Arguments arguments = Parser.parse(grammar, rest);
            Connecting connecting = new Connecting(settings, terminal, debug);
            command.get()
                    .action()
                    .run(new Invocation(arguments, terminal, exact, line.has("--verbose"), connecting::client));
            return 0;
        } catch (UsageException wrong) {
            terminal.err().print(usage + program + ": error: " + wrong.getMessage() + "\n");
            return 2;
        } catch (ClientException failed) {
            return failure(failed, failed.getMessage(), debug);
        } catch (IOException broken) {
            return failure(broken, Text.reason(broken), debug);
        }
    }

    private int failure(Exception failure, @Nullable String message, boolean debug) {
        terminal.out().flush();
        if (debug) {
            failure.printStackTrace(terminal.err());
        }
        terminal.err().println(message);
        return 1;
    }

    private boolean builtIn(String name, List<String> rest) {
        switch (name) {
            case "help" -> help(rest);
            case "bash-completion", "bash_completion" -> completion();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void help(List<String> about) {
        if (about.isEmpty()) {
            List<Command> all = Commands.names().stream()
                    .map(name -> Commands.find(name).orElseThrow())
                    .toList();
            terminal.out().print(Help.overview(PROGRAM, GlobalOptions.grammar(), all));
            return;
        }
        Command command = Commands.find(about.getFirst())
                .orElseThrow(() -> new ClientException(Text.quoted(about.getFirst()) + " is not a valid subcommand"));
        terminal.out().print(Help.page(PROGRAM, command));
    }

    private void completion() {
        List<String> words = new ArrayList<>(Commands.names());
        for (String name : Commands.names()) {
            for (Grammar.Option option :
                    Commands.find(name).orElseThrow().grammar(true).options()) {
                if (!option.hidden() && !words.contains(option.names().getFirst())) {
                    words.add(option.names().getFirst());
                }
            }
        }
        terminal.out().println(String.join(" ", words));
    }

    private Settings settings(Arguments line) {
        return new Settings(line, Clouds.chosen(line, terminal), terminal);
    }

    /** Whether the user named version 2, by option, variable or address; another version is refused. */
    private static boolean explicitVersion2(Settings settings) {
        String version = settings.get("--os-image-api-version");
        if (version == null) {
            String url = settings.or("--os-image-url", "").replaceFirst("/+$", "");
            version = url.matches(".*/v[0-9]+(\\.[0-9]+)?") ? url.substring(url.lastIndexOf("/v") + 2) : null;
        }
        if (version == null) {
            return false;
        }
        String major = version.replaceFirst("\\..*", "");
        return switch (major) {
            case "2" -> true;
            case "1" ->
                throw new ClientException("This glance client speaks the Images API v2 only;"
                        + " --os-image-api-version 1 is not available.");
            default -> throw new ClientException("Invalid API version parameter. Supported values are [1, 2]");
        };
    }

    private static String version() {
        String version = GlanceMain.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
