package glance.registry.remote;

import glance.error.GlanceException;
import glance.image.Registry;
import glance.metadef.MetadefRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The envelope of RPC v2: a batch of commands, each answered on its own. All are looked at before the first one runs; they
 * are no transaction together.
 */
public final class RegistryRpc {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryRpc.class);
    /** Upstream's clients send one at a time. */
    private static final int MOST_COMMANDS = 100;

    /** Commands of one kind, for one caller. */
    public interface Commands {
        /**
         * Whether there is a command of this name.
         *
         * @throws GlanceException.Forbidden when there is, but not for this caller
         */
        boolean knows(String command);

        /**
         * Runs a command.
         *
         * @return what goes into the answer, null when there is no result
         * @throws GlanceException when it is refused
         * @throws CommandFailure likewise, in upstream's words
         */
        @Nullable
        Object run(String command, JsonNode arguments);
    }

    private record Prepared(Commands kind, String name, JsonNode arguments) {
        @Nullable
        Object run() {
            return kind.run(name, arguments);
        }
    }

    private RegistryRpc() {}

    /** The calls of the metadata ports as commands: for those who may reach everything. */
    public static Commands portCalls(Registry registry, MetadefRepository metadefs) {
        RegistryCalls calls = new RegistryCalls(registry, metadefs);
        return new Commands() {
            @Override
            public boolean knows(String command) {
                return RegistryJson.knows(command);
            }

            @Override
            public @Nullable Object run(String command, JsonNode arguments) {
                return calls.answer(RegistryJson.call(command, arguments));
            }
        };
    }

    /**
     * The results of a batch, in its order; a command that fails has an {@code _error} in its place.
     *
     * @param kinds asked in order for each command
     * @throws GlanceException.InvalidRequest when it is no batch
     * @throws GlanceException.NotFound when a command does not exist
     * @throws GlanceException.Forbidden when one is not for this caller
     */
    public static byte[] answer(byte[] batch, List<Commands> kinds) {
        JsonNode commands = RegistryJson.parse(batch);
        if (!commands.isArray()) {
            throw new GlanceException.InvalidRequest("The body must be a JSON array of commands");
        }
        if (commands.size() > MOST_COMMANDS) {
            throw new GlanceException.InvalidRequest(
                    "The batch has " + commands.size() + " commands; at most " + MOST_COMMANDS + " are taken");
        }
        List<Prepared> prepared = new ArrayList<>();
        for (JsonNode command : commands) {
            prepared.add(prepared(command, kinds));
        }
        List<@Nullable Object> results = new ArrayList<>();
        prepared.forEach(command -> results.add(result(command)));
        return RegistryJson.bytes(results);
    }

    private static Prepared prepared(JsonNode command, List<Commands> kinds) {
        JsonNode name = command.get("command");
        if (name == null || !name.isString()) {
            throw new GlanceException.InvalidRequest("Each command must be an object with a text named 'command'");
        }
        JsonNode arguments = command.get("kwargs");
        if (arguments == null) {
            arguments = RegistryJson.noArguments();
        } else if (!arguments.isObject()) {
            throw new GlanceException.InvalidRequest("'kwargs' of each command must be an object");
        }
        for (Commands kind : kinds) {
            if (kind.knows(name.asString())) {
                return new Prepared(kind, name.asString(), arguments);
            }
        }
        throw new GlanceException.NotFound("There is no such command");
    }

    private static @Nullable Object result(Prepared command) {
        try {
            return command.run();
        } catch (GlanceException failure) {
            return RegistryJson.failure(failure);
        } catch (CommandFailure failure) {
            return RegistryJson.failure(failure);
        } catch (IllegalArgumentException misused) {
            LOG.error("registry command misused command={}", command.name(), misused);
            return RegistryJson.misuse(misused);
        } catch (RuntimeException broken) {
            LOG.error("registry command failed command={}", command.name(), broken);
            return Map.of(
                    "_error",
                    Map.of("cls", "glance.common.exception.RPCError", "val", "The command failed in the registry"));
        }
    }
}
