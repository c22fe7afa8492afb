package glance.api.registry;

import glance.registry.remote.RegistryRpc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Upstream's commands about one subject: their names, their arguments, and what they do.
 *
 * @param <T> what carries them out for one caller
 */
record CommandSet<T>(Map<String, Command<T>> byName) {
    CommandSet {
        byName = Map.copyOf(byName);
    }

    /** What a command does with its arguments; null when it has no result. */
    interface Body<T> {
        @Nullable
        Object run(T subject, Arguments arguments);
    }

    /** A command. */
    record Command<T>(String name, Set<String> required, Set<String> optional, Body<T> body) {
        Command {
            required = Set.copyOf(required);
            optional = Set.copyOf(optional);
        }
    }

    /**
     * A command.
     *
     * @param required names of arguments, with blanks between them
     * @param optional likewise
     */
    static <T> Command<T> command(String name, String required, String optional, Body<T> body) {
        return new Command<>(name, words(required), words(optional), body);
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : new LinkedHashSet<>(Arrays.asList(text.split(" ", -1)));
    }

    @SafeVarargs
    static <T> CommandSet<T> of(Command<T>... commands) {
        List<Command<T>> all = new ArrayList<>();
        for (Command<T> command : commands) {
            all.add(command);
        }
        return of(all);
    }

    static <T> CommandSet<T> of(List<Command<T>> commands) {
        return new CommandSet<>(commands.stream().collect(Collectors.toMap(Command::name, Function.identity())));
    }

    /** The commands, carried out by this. */
    RegistryRpc.Commands on(T subject) {
        return new RegistryRpc.Commands() {
            @Override
            public boolean knows(String command) {
                return byName.containsKey(command);
            }

            @Override
            public @Nullable Object run(String name, JsonNode arguments) {
                Command<T> command = byName.get(name);
                if (command == null) {
                    throw new IllegalArgumentException("unknown command " + name);
                }
                return command.body()
                        .run(subject, Arguments.of(name, arguments, command.required(), command.optional()));
            }
        };
    }
}
