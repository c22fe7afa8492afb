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
        System.exit(terminal.written() ? code : Math.max(code, 1));
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
            // Help and the like need no cloud, nor one that can be read.
            ApiVersion spoken = ApiVersion.named(new Settings(line, null, terminal));
            if (line.has("--help") || line.rest().isEmpty()) {
                help(spoken, List.of());
                return 0;
            }
            String name = line.rest().getFirst();
            List<String> rest = line.rest().subList(1, line.rest().size());
            if (builtIn(spoken, name, rest)) {
                return 0;
            }
            if (rest.contains("--help") || rest.contains("-h")) {
                help(spoken, List.of(requireCommand(spoken, name).name()));
                return 0;
            }
            Settings settings = new Settings(line, Clouds.chosen(line, terminal), terminal);
            ApiVersion version = ApiVersion.named(settings);
            boolean exact = version != ApiVersion.UNNAMED;
            Command command = requireCommand(version, name);
            Grammar grammar = command.grammar(exact);
            program = PROGRAM + " " + name;
            usage = Help.usage(program, grammar, "");
            Arguments arguments = Parser.parse(grammar, rest);
            Connecting connecting = new Connecting(settings, terminal, debug);
            Invocation call = new Invocation(arguments, terminal, exact, line.has("--verbose"), connecting);
            Arguments older = exact ? null : asFirstVersion(command, arguments, rest);
            if (older != null && call.client().hasFirstVersion()) {
                command = ApiVersion.V1.find(name).orElseThrow();
                call = new Invocation(older, terminal, true, line.has("--verbose"), connecting);
            }
            command.action().run(call);
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

    /**
     * A command of which the user named no version, but options that only API v1 has: as that version's, where it is one. They
     * are translated where the service does not offer that version.
     */
    private static @Nullable Arguments asFirstVersion(Command command, Arguments arguments, List<String> rest) {
        List<String> newer = names(command.grammar(true));
        boolean named = names(command.grammar(false)).stream()
                .anyMatch(option -> !newer.contains(option) && arguments.has(option));
        Optional<Command> first = named ? ApiVersion.V1.find(command.name()) : Optional.empty();
        if (first.isEmpty()) {
            return null;
        }
        try {
            return Parser.parse(first.get().grammar(true), rest);
        } catch (UsageException both) {
            return null; // options of the newer version stand beside them
        }
    }

    private static List<String> names(Grammar grammar) {
        return grammar.options().stream()
                .map(option -> option.names().getFirst())
                .toList();
    }

    private int failure(Exception failure, @Nullable String message, boolean debug) {
        terminal.out().flush();
        if (debug) {
            failure.printStackTrace(terminal.err());
        }
        terminal.err().println(message);
        return 1;
    }

    private static Command requireCommand(ApiVersion version, String name) {
        return version.find(name)
                .orElseThrow(() -> new UsageException("argument <subcommand>: invalid choice: " + Text.quoted(name)
                        + " (see \"" + PROGRAM + " help\")"));
    }

    private boolean builtIn(ApiVersion version, String name, List<String> rest) {
        switch (name) {
            case "help" -> help(version, rest);
            case "bash-completion", "bash_completion" -> completion(version);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void help(ApiVersion version, List<String> about) {
        if (about.isEmpty()) {
            List<Command> all = version.commands().stream()
                    .map(name -> version.find(name).orElseThrow())
                    .toList();
            terminal.out().print(Help.overview(PROGRAM, GlobalOptions.grammar(), all));
            return;
        }
        Command command = version.find(about.getFirst())
                .orElseThrow(() -> new ClientException(Text.quoted(about.getFirst()) + " is not a valid subcommand"));
        terminal.out().print(Help.page(PROGRAM, command));
    }

    private void completion(ApiVersion version) {
        List<String> words = new ArrayList<>(version.commands());
        for (String name : version.commands()) {
            for (Grammar.Option option :
                    version.find(name).orElseThrow().grammar(true).options()) {
                if (!option.hidden() && !words.contains(option.names().getFirst())) {
                    words.add(option.names().getFirst());
                }
            }
        }
        terminal.out().println(String.join(" ", words));
    }

    static String version() {
        String version = GlanceMain.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
