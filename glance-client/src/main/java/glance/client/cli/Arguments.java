package glance.client.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The words of one command line, checked, by option or argument name.
 *
 * @param rest what follows the first positional argument, when parsing was to stop there
 */
record Arguments(Map<String, List<String>> values, List<String> rest) {
    Arguments {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        values.forEach((key, words) -> copy.put(key, List.copyOf(words)));
        values = copy;
        rest = List.copyOf(rest);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The word given last, or null. */
    @Nullable
    String text(String name) {
        List<String> words = values.get(name);
        return words == null || words.isEmpty() ? null : words.getLast();
    }

    String or(String name, String otherwise) {
        String word = text(name);
        return word == null ? otherwise : word;
    }

    /** A word the grammar requires. */
    String required(String name) {
        return Objects.requireNonNull(text(name), name);
    }

    List<String> texts(String name) {
        return values.getOrDefault(name, new ArrayList<>());
    }

    OptionalLong integer(String name) {
        String word = text(name);
        return word == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(word.strip()));
    }

    /** Null when the option was not given. */
    @Nullable
    Boolean truth(String name) {
        String word = text(name);
        return word == null ? null : Grammar.truthOf(word);
    }
}
