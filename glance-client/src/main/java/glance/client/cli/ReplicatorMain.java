package glance.client.cli;

import glance.client.ClientException;
import glance.client.Text;
import glance.client.TlsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code glance-replicator} command: images from one service to another, or to a directory and from it. Upstream's speaks API
 * v1, this one v2. Exit codes: 0 done, 1 something failed, 2 wrong usage, 3 {@code compare} found differences.
 */
public final class ReplicatorMain {
    private static final String PROGRAM = "glance-replicator";
    private static final String USAGE = """
            usage: glance-replicator [options] COMMAND ARGUMENTS

              compare FROM TO      what of FROM's images is missing at TO, or differs there; exit code 3 if anything
              dump FROM PATH       writes images to a directory: ID, the document, and ID.img, the data
              livecopy FROM TO     copies images that TO lacks, with their ids, and sets what differs
              load PATH TO         as livecopy, from a directory that dump has written
              size FROM            how much data there is
              help [COMMAND]       this text

            FROM and TO are HOST:PORT, HOST, or URLs (http, https). What is interrupted goes on when the command is repeated.

            """;

    /** What the commands take. */
    private static final Map<String, List<String>> COMMANDS = Map.of(
            "compare", List.of("FROM", "TO"),
            "dump", List.of("FROM", "PATH"),
            "livecopy", List.of("FROM", "TO"),
            "load", List.of("PATH", "TO"),
            "size", List.of("FROM"));

    private final Terminal terminal;

    ReplicatorMain(Terminal terminal) {
        this.terminal = terminal;
    }

    public static void main(String[] words) {
        Terminal terminal = Terminal.ofProcess();
        int code = new ReplicatorMain(terminal).run(List.of(words));
        terminal.out().flush();
        System.exit(terminal.written() ? code : Math.max(code, 1));
    }

    private static Grammar grammar() {
        return new Grammar(true)
                .add(Grammar.integer(
                                "--chunksize", "BYTES", "Accepted for compatibility; pieces have a size of their own.")
                        .named("-c"))
                .add(Grammar.text(
                                "--dontreplicate",
                                "NAMES",
                                "Members not to be compared or set, separated by blanks. Default: created_at date"
                                        + " deleted_at location updated_at.")
                        .named("-D"))
                .add(Grammar.flag("--metaonly", "Only the documents, no data.").named("-m"))
                .add(Grammar.text("--token", "TOKEN", "Token for both services. Defaults to env[OS_AUTH_TOKEN].")
                        .named("-t"))
                .add(Grammar.text("--sourcetoken", "TOKEN", "Token for FROM.").named("-s"))
                .add(Grammar.text("--targettoken", "TOKEN", "Token for TO.").named("-n"))
                .add(Grammar.text("--os-cacert", "FILE", "Trusted authorities. Defaults to env[OS_CACERT]."))
                .add(Grammar.flag("--insecure", "Do not verify the servers' certificates."))
                .add(Grammar.flag("--debug", "Show requests and answers, without secrets.")
                        .named("-d"))
                .add(Grammar.flag("--verbose", "Accepted for compatibility.").named("-v"))
                .add(Grammar.flag("--version", "Show the version and exit."))
                .add(Grammar.flag("--help", "Show this help and exit.").named("-h"))
                .arguments("COMMAND", "What to do, and with what.");
    }

    /** Runs one command line and says how it went. */
    int run(List<String> words) {
        if (words.isEmpty()) {
            terminal.err().print(help());
            return 2;
        }
        if (words.contains("--version")) {
            terminal.out().println(PROGRAM + " " + GlanceMain.version());
            return 0;
        }
        if (words.contains("--help") || words.contains("-h")) {
            terminal.out().print(help());
            return 0;
        }
        try {
            Arguments given = Parser.parse(grammar(), positional(words));
            List<String> rest = given.texts("COMMAND");
            String word = rest.getFirst();
            if (word.equals("help")) {
                terminal.out().print(help());
                return 0;
            }
            List<String> wanted = COMMANDS.get(word);
            if (wanted == null) {
                throw new UsageException(
                        "'" + word + "' is no command: there are compare, dump, livecopy, load, size and help");
            }
            List<String> arguments = rest.subList(1, rest.size());
            if (arguments.size() != wanted.size()) {
                throw new UsageException(word + " takes " + String.join(" and ", wanted));
            }
            given.integer("--chunksize").ifPresent(ReplicatorMain::requirePositive);
            return run(word, arguments, given);
        } catch (UsageException wrong) {
            terminal.err().println(PROGRAM + ": " + wrong.getMessage());
            terminal.err().println("Run " + PROGRAM + " --help for what there is.");
            return 2;
        } catch (ClientException failed) {
            return failure(String.valueOf(failed.getMessage()));
        } catch (IOException broken) {
            return failure(Text.reason(broken));
        }
    }

    private static void requirePositive(long chunk) {
        if (chunk < 1) {
            throw new UsageException("--chunksize " + chunk + " is not above 0");
        }
    }

    private int failure(String message) {
        terminal.out().flush();
        terminal.err().println(PROGRAM + ": " + message);
        return 1;
    }

    /** The command may come as an option too, as oslo.config's programs take it. */
    private static List<String> positional(List<String> words) {
        List<String> command = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean known = word.matches("--(command|args)(=.*)?");
            if (!known) {
                others.add(word);
                continue;
            }
            boolean attached = word.indexOf('=') >= 0;
            if (!attached && i + 1 == words.size()) {
                throw new UsageException("argument " + word + ": expected one argument");
            }
            String value = attached ? word.substring(word.indexOf('=') + 1) : words.get(++i);
            if (word.startsWith("--command")) {
                command.add(value);
            } else {
                arguments.addAll(List.of(value.split("[,\\s]+")));
            }
        }
        command.addAll(others);
        command.addAll(arguments);
        return command;
    }

    private int run(String command, List<String> arguments, Arguments given) throws IOException {
        List<String> left = List.of(given.or("--dontreplicate", "created_at date deleted_at location updated_at")
                .strip()
                .split("[,\\s]+"));
        boolean metadataOnly = given.has("--metaonly");
        Replication replication = new Replication(terminal.out(), terminal.err(), left, metadataOnly);
        String first = arguments.getFirst();
        String last = arguments.getLast();
        switch (command) {
            case "size" -> {
                try (ReplicaService source = source(first, given)) {
                    replication.size(source);
                }
            }
            case "compare" -> {
                try (ReplicaService source = source(first, given);
                        ReplicaService target = target(last, given)) {
                    replication.compare(source, target);
                }
            }
            case "livecopy" -> {
                try (ReplicaService source = source(first, given);
                        ReplicaService target = target(last, given)) {
                    replication.copy(source, target);
                }
            }
            case "dump" -> {
                ReplicaDump dump = new ReplicaDump(directory(last), terminal.out(), metadataOnly);
                try (ReplicaService source = source(first, given)) {
                    dump.write(source, replication);
                }
            }
            case "load" -> {
                ReplicaDump dump = new ReplicaDump(directory(first), terminal.out(), metadataOnly);
                try (ReplicaService target = target(last, given)) {
                    dump.load(target, replication);
                }
            }
            default -> throw new IllegalStateException(command);
        }
        return replication.status();
    }

    private Path directory(String name) {
        return terminal.directory().resolve(name);
    }

    private ReplicaService source(String address, Arguments given) {
        return service(address, given.text("--sourcetoken"), given);
    }

    private ReplicaService target(String address, Arguments given) {
        return service(address, given.text("--targettoken"), given);
    }

    private ReplicaService service(String address, @Nullable String own, Arguments given) {
        String token = own == null ? given.text("--token") : own;
        String authorities =
                given.text("--os-cacert") == null ? terminal.variable("OS_CACERT") : given.text("--os-cacert");
        TlsSettings tls = new TlsSettings(
                given.has("--insecure"), authorities == null ? null : directory(authorities), null, null);
        return ReplicaService.at(
                address,
                token == null ? terminal.variable("OS_AUTH_TOKEN") : token,
                tls,
                given.has("--debug") ? terminal.err()::println : null);
    }

    private static String help() {
        StringBuilder text = new StringBuilder(USAGE);
        for (Grammar.Option option : grammar().options()) {
            text.append(Help.line(option));
        }
        return text.toString();
    }
}
