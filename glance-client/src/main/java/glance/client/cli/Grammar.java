package glance.client.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one command line may hold: options, then positional arguments, in the order of the help text.
 *
 * <p>The grammar is the reference client's, that is Python argparse's: unambiguous prefixes, {@code --opt=value},
 * options with an optional value, options taking several words, positional arguments between options.
 */
final class Grammar {
    /** How many words an option takes. */
    enum Takes {
        NOTHING,
        ONE,
        MAYBE_ONE,
        SOME
    }

    /** What a word must look like. */
    enum Kind {
        TEXT,
        INTEGER,
        SECONDS,
        TRUTH
    }

    /**
     * @param names spellings; the first is shown
     * @param key what the value is asked by
     * @param choices accepted words; empty: any
     * @param hidden accepted, but in no help
     */
    record Option(
            List<String> names,
            String key,
            Takes takes,
            Kind kind,
            String metavar,
            List<String> choices,
            boolean repeatable,
            boolean required,
            boolean hidden,
            String help) {
        Option named(String... more) {
            List<String> all = new ArrayList<>(names);
            all.addAll(List.of(more));
            return new Option(List.copyOf(all), key, takes, kind, metavar, choices, repeatable, required, hidden, help);
        }

        Option oneOf(String... words) {
            return new Option(names, key, takes, kind, metavar, List.of(words), repeatable, required, hidden, help);
        }

        Option shownAs(String word) {
            return new Option(names, key, takes, kind, word, choices, repeatable, required, hidden, help);
        }

        Option many() {
            return new Option(names, key, takes, kind, metavar, choices, true, required, hidden, help);
        }

        Option needed() {
            return new Option(names, key, takes, kind, metavar, choices, repeatable, true, hidden, help);
        }

        Option silent() {
            return new Option(names, key, takes, kind, metavar, choices, repeatable, required, true, help);
        }
    }

    /** @param many one or more words; only the last argument may be so */
    record Positional(String key, String metavar, boolean many, List<String> choices, String help) {}

    private final boolean exact;
    private final List<Option> options = new ArrayList<>();
    private final List<Option> additions = new ArrayList<>();
    private final List<Positional> positionals = new ArrayList<>();

    /** @param exact leaves out what only older clients knew */
    Grammar(boolean exact) {
        this.exact = exact;
    }

    /** All options; what this client added to the reference's stands last. */
    List<Option> options() {
        List<Option> all = new ArrayList<>(options);
        all.addAll(additions);
        return all;
    }

    /** The options a prefix may stand for: additions must not make a prefix ambiguous that scripts use. */
    List<Option> abbreviable() {
        return options;
    }

    List<Positional> positionals() {
        return positionals;
    }

    Grammar add(Option option) {
        options.add(option);
        return this;
    }

    /** An option the reference does not have; its names are written in full. */
    Grammar addition(Option option) {
        additions.add(option);
        return this;
    }

    /** The options that choose the form of what the command prints. */
    Grammar formatted() {
        return OutputFormat.declare(this);
    }

    /** An option of the 2014 client, accepted but not shown, unless the user named an API version. */
    Grammar legacy(Option option) {
        return exact ? this : add(option.silent());
    }

    /** An argument that must be given. */
    Grammar argument(String metavar, String help, String... choices) {
        positionals.add(new Positional(metavar, metavar, false, List.of(choices), help));
        return this;
    }

    /** One or more arguments, to the end of the line. */
    Grammar arguments(String metavar, String help) {
        positionals.add(new Positional(metavar, metavar, true, List.of(), help));
        return this;
    }

    /** An option without a value. */
    static Option flag(String name, String help) {
        return option(name, Takes.NOTHING, Kind.TEXT, "", help);
    }

    static Option text(String name, String metavar, String help) {
        return option(name, Takes.ONE, Kind.TEXT, metavar, help);
    }

    static Option integer(String name, String metavar, String help) {
        return option(name, Takes.ONE, Kind.INTEGER, metavar, help);
    }

    static Option seconds(String name, String metavar, String help) {
        return option(name, Takes.ONE, Kind.SECONDS, metavar, help);
    }

    /** True or false, in any of the usual words. */
    static Option truth(String name, String help) {
        return option(name, Takes.ONE, Kind.TRUTH, "[True|False]", help);
    }

    /** As {@link #truth}, and true when no word follows. */
    static Option maybeTruth(String name, String help) {
        return option(name, Takes.MAYBE_ONE, Kind.TRUTH, "[True|False]", help);
    }

    /** Several words after one option. */
    static Option words(String name, String metavar, String help) {
        return option(name, Takes.SOME, Kind.TEXT, metavar, help);
    }

    private static Option option(String name, Takes takes, Kind kind, String metavar, String help) {
        return new Option(List.of(name), name, takes, kind, metavar, List.of(), false, false, false, help);
    }

    /** The meaning of a word for true or false; null when it is neither. */
    static @Nullable Boolean truthOf(String word) {
        return switch (word.strip().toLowerCase(java.util.Locale.ROOT)) {
            case "1", "t", "true", "on", "y", "yes" -> Boolean.TRUE;
            case "0", "f", "false", "off", "n", "no" -> Boolean.FALSE;
            default -> null;
        };
    }
}
