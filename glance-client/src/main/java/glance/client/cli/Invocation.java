package glance.client.cli;

import glance.client.CacheClient;
import glance.client.ClientException;
import glance.client.ImageClient;
import glance.client.ImageClientV1;
import glance.client.MetadefClient;
import glance.client.Session;
import glance.client.TaskClient;
import glance.client.Text;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One subcommand being run: its arguments, the client to use and where to print. */
final class Invocation {
    private static final String UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    private final Arguments arguments;
    private final Terminal terminal;
    private final boolean exact;
    private final boolean verbose;
    private final Connecting connecting;
    private @Nullable Session session;
    private @Nullable ImageClient client;
    private @Nullable ImageClientV1 clientV1;

    /**
     * @param exact the user named API version 2: print what that version's reference client prints
     * @param connecting makes the session when a client is first needed
     */
    Invocation(Arguments arguments, Terminal terminal, boolean exact, boolean verbose, Connecting connecting) {
        this.arguments = arguments;
        this.terminal = terminal;
        this.exact = exact;
        this.verbose = verbose;
        this.connecting = connecting;
    }

    Arguments arguments() {
        return arguments;
    }

    Terminal terminal() {
        return terminal;
    }

    void print(Listing list) {
        terminal.out().print(OutputFormat.text(list, arguments));
    }

    void print(Sheet sheet) {
        terminal.out().print(OutputFormat.text(sheet, arguments));
    }

    PrintStream out() {
        return terminal.out();
    }

    boolean exact() {
        return exact;
    }

    boolean verbose() {
        return verbose;
    }

    private Session session() {
        if (session == null) {
            session = connecting.session();
        }
        return session;
    }

    /** Whether the user named the service's address, rather than have it looked up. */
    boolean endpointGiven() {
        return connecting.endpointGiven();
    }

    MetadefClient metadefs() {
        return new MetadefClient(session());
    }

    TaskClient tasks() {
        return new TaskClient(session());
    }

    CacheClient cache() {
        return new CacheClient(session());
    }

    /** Does it with each, going on after a failure; fails at the end if any did. */
    void forEach(List<String> words, Consumer<String> action) {
        ClientException last = null;
        for (String word : words) {
            try {
                action.accept(word);
            } catch (ClientException failed) {
                if (last != null) {
                    terminal.err().println(last.getMessage());
                }
                last = failed;
            }
        }
        if (last != null) {
            throw last;
        }
    }

    ImageClient client() {
        if (client == null) {
            client = new ImageClient(session());
        }
        return client;
    }

    /** The client of the commands of API v1. */
    ImageClientV1 clientV1() {
        if (clientV1 == null) {
            clientV1 = new ImageClientV1(session());
        }
        return clientV1;
    }

    /** An option's word, or else the variable's value, or null. */
    @Nullable
    String textOr(String option, String variable) {
        String word = arguments.text(option);
        return word == null ? terminal.variable(variable) : word;
    }

    /**
     * The id of the image an argument means. Unless the user asked for API version 2 to the letter, a name will do when
     * it is no UUID and exactly one visible image has it.
     */
    String imageId(String given) {
        if (exact || given.matches(UUID)) {
            return given;
        }
        List<ObjectNode> found = new ArrayList<>();
        client().list(List.of(Map.entry("name", literal(given))), OptionalLong.of(2), 2, found::add);
        if (found.size() > 1) {
            throw new ClientException(
                    "Multiple images match the name " + Text.quoted(given) + ", use an ID to be more specific.");
        }
        return found.isEmpty() ? given : found.getFirst().path("id").stringValue(given);
    }

    /** A filter value that means exactly this text, whatever operators it looks like. */
    static String literal(String text) {
        return "in:\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
