package glance.config;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of a daemon: {@code --config-file F} and {@code --config-dir D}, repeatable and read in the order given,
 * and any option of {@code [DEFAULT]} as {@code --bind-port 9292} or {@code --bind-port=9292}; booleans as {@code --debug} or
 * {@code --nodebug}.
 */
public final class CommandLine {
    private static final Map<String, String> SHORT = Map.of("-d", "--debug");

    private final Catalogue catalogue;
    private ConfigurationFiles files;

    private CommandLine(ConfigurationFiles files, Catalogue catalogue) {
        this.files = files;
        this.catalogue = catalogue;
    }

    /**
     * The sources with what the command line adds.
     *
     * @param options all options of the program
     * @throws ConfigException naming the argument that is not understood
     */
    public static ConfigurationFiles apply(
            List<String> arguments, ConfigurationFiles files, List<OptionGroup> options) {
        CommandLine line = new CommandLine(files, new Catalogue(options));
        Deque<String> rest = new ArrayDeque<>(arguments);
        while (!rest.isEmpty()) {
            line.take(rest.removeFirst(), rest);
        }
        return line.files;
    }

    private void take(String argument, Deque<String> rest) {
        String spelled = SHORT.getOrDefault(argument, argument);
        if (!spelled.startsWith("--")) {
            throw new ConfigException("command line: '" + argument + "' is not understood");
        }
        int equals = spelled.indexOf('=');
        String name = equals < 0 ? spelled : spelled.substring(0, equals);
        if (equals >= 0) {
            rest.addFirst(spelled.substring(equals + 1));
        }
        switch (name) {
            case "--config-file" -> files = files.withFile(Path.of(value(name, rest)));
            case "--config-dir" -> files = files.withDirectory(Path.of(value(name, rest)));
            default -> option(name, equals >= 0, rest);
        }
    }

    private void option(String argument, boolean hasValue, Deque<String> rest) {
        String key = argument.substring(2).toLowerCase(Locale.ROOT).replace('-', '_');
        Optional<Option<?>> option = catalogue.find("DEFAULT", key);
        if (option.isPresent()) {
            boolean bare = option.get().isFlag() && !hasValue;
            files = files.withValue("DEFAULT", key, bare ? "true" : value(argument, rest));
            return;
        }
        Optional<Option<?>> negated =
                key.startsWith("no") ? catalogue.find("DEFAULT", key.substring(2)) : Optional.empty();
        if (negated.isPresent() && negated.get().isFlag() && !hasValue) {
            files = files.withValue("DEFAULT", key.substring(2), "false");
            return;
        }
        throw new ConfigException("command line: '" + argument + "' is no option of this program");
    }

    private static String value(String argument, Deque<String> rest) {
        String value = rest.pollFirst();
        if (value == null) {
            throw new ConfigException("command line: '" + argument + "' needs a value");
        }
        return value;
    }
}
