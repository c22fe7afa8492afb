package glance.manage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The words after an action: flags by name, and the others in their order. A flag may be abbreviated as long as it is one
 * alone, and a positional word stands for the flag in its place.
 */
final class Arguments {
    private final List<String> flags;
    private final Map<String, String> given = new HashMap<>();
    private final List<String> positional = new ArrayList<>();

    private Arguments(List<String> flags) {
        this.flags = flags;
    }

    /**
     * @param flags accepted, with a placeholder after a blank when one takes a value
     * @throws UsageException for an unknown flag, or one without its value
     */
    static Arguments parse(List<String> words, List<String> flags) {
        Arguments arguments = new Arguments(flags);
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            if (word.startsWith("--")) {
                arguments.flag(word, rest);
            } else {
                arguments.positional.add(word);
            }
        }
        return arguments;
    }

    private void flag(String word, Deque<String> rest) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String flag = known(name);
        boolean takesValue = flag.contains(" ");
        if (!takesValue) {
            if (equals >= 0) {
                throw new UsageException("'" + name + "' takes no value");
            }
            given.put(flag, "true");
            return;
        }
        String value = equals < 0 ? rest.pollFirst() : word.substring(equals + 1);
        if (value == null) {
            throw new UsageException("'" + name + "' needs a value");
        }
        given.put(flag.substring(0, flag.indexOf(' ')), value);
    }

    private String known(String name) {
        List<String> matches = new ArrayList<>();
        for (String flag : flags) {
            String whole = flag.split(" ", 2)[0];
            if (whole.equals(name)) {
                return flag;
            }
            if (whole.startsWith(name)) {
                matches.add(flag);
            }
        }
        if (matches.size() != 1) {
            throw new UsageException("'" + name + "' is no flag of this command"
                    + (flags.isEmpty() ? "" : "; accepted: " + String.join(", ", flags)));
        }
        return matches.getFirst();
    }

    boolean has(String flag) {
        return given.containsKey(flag) || positional(flag).isPresent();
    }

    Optional<String> text(String flag) {
        return Optional.ofNullable(given.get(flag)).or(() -> positional(flag));
    }

    /** Whether the value stands as a positional word, which other rules hold for. */
    boolean isPositional(String flag) {
        return !given.containsKey(flag) && positional(flag).isPresent();
    }

    private Optional<String> positional(String flag) {
        for (int i = 0; i < Math.min(flags.size(), positional.size()); i++) {
            if (flags.get(i).split(" ", 2)[0].equals(flag)) {
                return Optional.of(positional.get(i));
            }
        }
        return Optional.empty();
    }

    /** Words that are no flags. */
    List<String> words() {
        return List.copyOf(positional);
    }
}
