package glance.client.cli;

import glance.client.Text;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a command line by its {@link Grammar}; what does not fit is a {@link UsageException}. */
final class Parser {
    private final Grammar grammar;
    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<String> words = new ArrayList<>();

    private Parser(Grammar grammar) {
        this.grammar = grammar;
    }

    static Arguments parse(Grammar grammar, List<String> line) {
        Parser parser = new Parser(grammar);
        parser.read(line.listIterator(), false);
        parser.assignPositionals();
        parser.requireOptions();
        return new Arguments(parser.values, List.of());
    }

    /** Reads the options before the first positional argument; that one and all behind it are the rest. */
    static Arguments parseLeading(Grammar grammar, List<String> line) {
        Parser parser = new Parser(grammar);
        int used = parser.read(line.listIterator(), true);
        return new Arguments(parser.values, line.subList(used, line.size()));
    }

    private int read(ListIterator<String> line, boolean leadingOnly) {
        boolean optionsOver = false;
        while (line.hasNext()) {
            String word = line.next();
            if (!optionsOver && word.equals("--")) {
                optionsOver = true;
            } else if (!optionsOver && looksLikeOption(word)) {
                option(word, line);
            } else if (leadingOnly) {
                return line.previousIndex();
            } else {
                words.add(word);
            }
        }
        return line.nextIndex();
    }

    /** A negative number or a text with blanks is a value, never an option. */
    private static boolean looksLikeOption(String word) {
        return word.length() > 1
                && word.charAt(0) == '-'
                && !word.matches("-[0-9]+|-[0-9]*\\.[0-9]+")
                && (word.indexOf(' ') < 0 || word.indexOf('=') > 0);
    }

    private void option(String word, ListIterator<String> line) {
        if (word.charAt(1) != '-' && word.length() > 2 && shortOption(word)) {
            return;
        }
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Grammar.Option option = find(name, word);
        String attached = equals < 0 ? null : word.substring(equals + 1);
        switch (option.takes()) {
            case NOTHING -> {
                if (attached != null) {
                    throw wrong(option, "ignored explicit argument " + Text.quoted(attached));
                }
                put(option, "true");
            }
            case ONE -> put(option, attached != null ? attached : next(option, line));
            case MAYBE_ONE -> {
                String value = attached != null ? attached : following(line);
                put(option, value == null ? "true" : value);
            }
            case SOME -> some(option, attached, line);
        }
    }

    /** {@code -fjson}: a value written to a letter that takes one. */
    private boolean shortOption(String word) {
        for (Grammar.Option option : grammar.options()) {
            if (option.names().contains(word.substring(0, 2)) && option.takes() == Grammar.Takes.ONE) {
                put(option, word.substring(2));
                return true;
            }
        }
        return false;
    }

    private void some(Grammar.Option option, @Nullable String attached, ListIterator<String> line) {
        if (!option.repeatable()) {
            values.remove(option.key());
        }
        List<String> all = values.computeIfAbsent(option.key(), _ -> new ArrayList<>());
        all.add(checked(option, attached != null ? attached : next(option, line)));
        for (String more = attached == null ? following(line) : null; more != null; more = following(line)) {
            all.add(checked(option, more));
        }
    }

    private static String next(Grammar.Option option, ListIterator<String> line) {
        String value = following(line);
        if (value == null) {
            throw wrong(
                    option, "expected " + (option.takes() == Grammar.Takes.SOME ? "at least " : "") + "one argument");
        }
        return value;
    }

    /** The next word if it is no option. */
    private static @Nullable String following(ListIterator<String> line) {
        if (!line.hasNext()) {
            return null;
        }
        String word = line.next();
        if (word.equals("--") || looksLikeOption(word)) {
            line.previous();
            return null;
        }
        return word;
    }

    /** An exact name wins; else a prefix that fits one option only. */
    private Grammar.Option find(String name, String word) {
        List<Grammar.Option> fitting = new ArrayList<>();
        for (Grammar.Option option : grammar.options()) {
            if (option.names().contains(name)) {
                return option;
            }
        }
        for (Grammar.Option option : grammar.abbreviable()) {
            if (name.startsWith("--") && option.names().stream().anyMatch(spelling -> spelling.startsWith(name))) {
                fitting.add(option);
            }
        }
        if (fitting.isEmpty()) {
            throw new UsageException("unrecognized arguments: " + word);
        }
        if (fitting.size() > 1) {
            String names = fitting.stream()
                    .flatMap(option -> option.names().stream().filter(each -> each.startsWith(name)))
                    .collect(Collectors.joining(", "));
            throw new UsageException("ambiguous option: " + name + " could match " + names);
        }
        return fitting.getFirst();
    }

    private void put(Grammar.Option option, String value) {
        if (!option.repeatable()) {
            values.remove(option.key());
        }
        values.computeIfAbsent(option.key(), _ -> new ArrayList<>()).add(checked(option, value));
    }

    private static String checked(Grammar.Option option, String value) {
        switch (option.kind()) {
            case TEXT -> {}
            case INTEGER -> {
                if (!value.strip().matches("[+-]?[0-9]{1,18}")) {
                    throw wrong(option, "invalid int value: " + Text.quoted(value));
                }
            }
            case SECONDS -> {
                if (!value.strip().matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
                    throw wrong(option, "invalid number of seconds: " + Text.quoted(value));
                }
            }
            case TRUTH -> {
                if (Grammar.truthOf(value) == null) {
                    throw wrong(
                            option,
                            "invalid bool value: " + Text.quoted(value)
                                    + " (true is 1, t, true, on, y, yes; false is 0, f, false, off, n, no)");
                }
            }
        }
        if (!option.choices().isEmpty() && !option.choices().contains(value)) {
            throw wrong(option, invalidChoice(value, option.choices()));
        }
        return value;
    }

    private static UsageException wrong(Grammar.Option option, String what) {
        return new UsageException("argument " + String.join("/", visible(option)) + ": " + what);
    }

    private static List<String> visible(Grammar.Option option) {
        return option.names().stream().filter(name -> name.indexOf('_') < 0).toList();
    }

    private static String invalidChoice(String value, List<String> choices) {
        return "invalid choice: " + Text.quoted(value) + " (choose from "
                + choices.stream().map(each -> "'" + each + "'").collect(Collectors.joining(", ")) + ")";
    }

    private void assignPositionals() {
        Iterator<String> given = words.iterator();
        List<String> missing = new ArrayList<>();
        for (Grammar.Positional positional : grammar.positionals()) {
            if (!given.hasNext()) {
                missing.add(positional.metavar());
                continue;
            }
            List<String> taken = new ArrayList<>();
            do {
                String word = given.next();
                if (!positional.choices().isEmpty() && !positional.choices().contains(word)) {
                    throw new UsageException(
                            "argument " + positional.metavar() + ": " + invalidChoice(word, positional.choices()));
                }
                taken.add(word);
            } while (positional.many() && given.hasNext());
            values.put(positional.key(), taken);
        }
        if (!missing.isEmpty()) {
            throw new UsageException("the following arguments are required: " + String.join(", ", missing));
        }
        if (given.hasNext()) {
            List<String> left = new ArrayList<>();
            given.forEachRemaining(left::add);
            throw new UsageException("unrecognized arguments: " + String.join(" ", left));
        }
    }

    private void requireOptions() {
        List<String> missing = grammar.options().stream()
                .filter(option -> option.required() && !values.containsKey(option.key()))
                .map(option -> option.names().getFirst())
                .toList();
        if (!missing.isEmpty()) {
            throw new UsageException("the following arguments are required: " + String.join(", ", missing));
        }
    }
}
