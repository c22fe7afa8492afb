package glance.registry.remote;

import glance.error.GlanceException;
import glance.image.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The envelope of RPC v2: a batch of commands, each answered on its own. All are looked at before the first one runs; they
 * are no transaction together. Thread-safe.
 */
public final class RegistryRpc {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryRpc.class);

    private record Command(String name, JsonNode arguments) {}

    private final RegistryCalls calls;

    public RegistryRpc(Registry registry) {
        calls = new RegistryCalls(registry);
    }

    /**
     * The results of a batch, in its order; a command that fails has an {@code _error} in its place.
     *
     * @throws GlanceException.InvalidRequest when it is no batch
     * @throws GlanceException.NotFound when a command does not exist
     */
    public byte[] answer(byte[] batch) {
        JsonNode commands = RegistryJson.parse(batch);
        if (!commands.isArray()) {
            throw new GlanceException.InvalidRequest("The body must be a JSON array of commands");
        }
        List<Command> checked = new ArrayList<>();
        for (JsonNode command : commands) {
            checked.add(checked(command));
        }
        List<@Nullable Object> results = new ArrayList<>();
        checked.forEach(command -> results.add(result(command)));
        return RegistryJson.bytes(results);
    }

    private static Command checked(JsonNode command) {
        JsonNode name = command.get("command");
        if (name == null || !name.isString()) {
            throw new GlanceException.InvalidRequest("Each command must be an object with a text named 'command'");
        }
        JsonNode arguments = command.get("kwargs");
        if (arguments == null || !arguments.isObject()) {
            throw new GlanceException.InvalidRequest("'kwargs' of each command must be an object");
        }
        if (!RegistryJson.knows(name.asString())) {
            throw new GlanceException.NotFound("There is no such command");
        }
        return new Command(name.asString(), arguments);
    }

    private @Nullable Object result(Command command) {
        try {
            return calls.answer(RegistryJson.call(command.name(), command.arguments()));
        } catch (GlanceException failure) {
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
