package glance.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One option: name, type, default, range, former names and a sentence of help, declared beside the code it steers. Immutable;
 * every method that refines it returns a new one. The group it stands in is given by the {@link OptionGroup} that lists it.
 */
public final class Option<T> {
    /**
     * How a text becomes a value.
     *
     * @param word what the reference page calls the type
     * @param parse throws {@link IllegalArgumentException}
     * @param emptyIsUnset an empty text is no value, so that the default holds
     */
    record Type<T>(String word, Function<String, T> parse, boolean emptyIsUnset) {}

    /**
     * A former place of the option.
     *
     * @param group section name; empty for the section the option stands in now
     */
    public record FormerName(String group, String name) {}

    private static final String FLAG = "boolean";
    private static final String BRACKETED = "list in brackets";

    private final String name;
    private final Type<T> type;
    private final @Nullable T defaultValue;
    private final @Nullable Long least;
    private final @Nullable Long most;
    private final List<String> choices;
    private final List<FormerName> formerNames;
    private final String help;
    private final boolean secret;
    private final boolean reloadable;
    private final boolean repeated;

    private Option(
            String name,
            Type<T> type,
            @Nullable T defaultValue,
            @Nullable Long least,
            @Nullable Long most,
            List<String> choices,
            List<FormerName> formerNames,
            String help,
            boolean secret,
            boolean reloadable,
            boolean repeated) {
        this.name = name;
        this.type = type;
        this.defaultValue = defaultValue;
        this.least = least;
        this.most = most;
        this.choices = List.copyOf(choices);
        this.formerNames = List.copyOf(formerNames);
        this.help = help;
        this.secret = secret;
        this.reloadable = reloadable;
        this.repeated = repeated;
    }

    private static <T> Option<T> declare(String name, String word, Function<String, T> parse) {
        return declare(name, new Type<>(word, parse, false));
    }

    private static <T> Option<T> declareUnsetWhenEmpty(String name, String word, Function<String, T> parse) {
        return declare(name, new Type<>(word, parse, true));
    }

    private static <T> Option<T> declare(String name, Type<T> type) {
        return new Option<>(name, type, null, null, null, List.of(), List.of(), "", false, false, false);
    }

    public static Option<String> text(String name) {
        return declare(name, "text", text -> text);
    }

    /** {@code true 1 on yes} or {@code false 0 off no}, any case. */
    public static Option<Boolean> flag(String name) {
        return declare(name, FLAG, Values::flag);
    }

    public static Option<Integer> integer(String name) {
        return declareUnsetWhenEmpty(name, "integer", Values::integer);
    }

    /** A whole number of 64 bits, e.g. bytes. */
    public static Option<Long> number(String name) {
        return declareUnsetWhenEmpty(name, "integer", Values::number);
    }

    public static Option<Double> decimal(String name) {
        return declareUnsetWhenEmpty(name, "decimal number", Values::decimal);
    }

    public static Option<Integer> port(String name) {
        return integer(name).atLeast(0).atMost(65535);
    }

    public static Option<Path> path(String name) {
        return declareUnsetWhenEmpty(name, "path", Values::path);
    }

    public static Option<URI> url(String name) {
        return declareUnsetWhenEmpty(name, "URL", Values::url);
    }

    /** Comma-separated. */
    public static Option<List<String>> list(String name) {
        return declare(name, "list", Values::list);
    }

    /** Comma-separated inside required brackets; items may be quoted. */
    public static Option<List<String>> bracketedList(String name) {
        return declare(name, BRACKETED, Values::bracketedList);
    }

    /** {@code key:value} pairs, comma-separated, in order. */
    public static Option<Map<String, String>> pairs(String name) {
        return declare(name, "key:value list", Values::pairs);
    }

    /** May be given several times; all are collected in order across files. */
    public static Option<List<String>> repeated(String name) {
        Option<List<String>> one = declare(name, "text, repeatable", List::of);
        return new Option<>(name, one.type, null, null, null, List.of(), List.of(), "", false, false, true);
    }

    public Option<T> orElse(T value) {
        return new Option<>(name, type, value, least, most, choices, formerNames, help, secret, reloadable, repeated);
    }

    public Option<T> atLeast(long bound) {
        return new Option<>(
                name, type, defaultValue, bound, most, choices, formerNames, help, secret, reloadable, repeated);
    }

    public Option<T> atMost(long bound) {
        return new Option<>(
                name, type, defaultValue, least, bound, choices, formerNames, help, secret, reloadable, repeated);
    }

    /** The only texts accepted; of a list, the only items. */
    public Option<T> oneOf(String... accepted) {
        return new Option<>(
                name,
                type,
                defaultValue,
                least,
                most,
                List.of(accepted),
                formerNames,
                help,
                secret,
                reloadable,
                repeated);
    }

    /** Like {@link #oneOf}, whatever the case; the value comes back in the spelling given here. */
    public Option<T> oneOfAnyCase(String... accepted) {
        List<String> spellings = List.of(accepted);
        Function<String, T> parse = text -> type.parse()
                .apply(spellings.stream()
                        .filter(text.strip()::equalsIgnoreCase)
                        .findFirst()
                        .orElse(text));
        return new Option<>(
                name,
                new Type<>(type.word(), parse, type.emptyIsUnset()),
                defaultValue,
                least,
                most,
                spellings,
                formerNames,
                help,
                secret,
                reloadable,
                repeated);
    }

    /** A former name in the same section, whichever that is. */
    public Option<T> formerly(String formerName) {
        return formerly("", formerName);
    }

    /** A deprecated group and name that is still read, with a warning; the present name wins. */
    public Option<T> formerly(String group, String formerName) {
        List<FormerName> more = new ArrayList<>(formerNames);
        more.add(new FormerName(group, formerName));
        return new Option<>(name, type, defaultValue, least, most, choices, more, help, secret, reloadable, repeated);
    }

    public Option<T> help(String sentence) {
        return new Option<>(
                name, type, defaultValue, least, most, choices, formerNames, sentence, secret, reloadable, repeated);
    }

    /** Its value is never printed. */
    public Option<T> secret() {
        return new Option<>(
                name, type, defaultValue, least, most, choices, formerNames, help, true, reloadable, repeated);
    }

    /** SIGHUP applies a new value to the running service. */
    public Option<T> reloadable() {
        return new Option<>(name, type, defaultValue, least, most, choices, formerNames, help, secret, true, repeated);
    }

    public String name() {
        return name;
    }

    /** The type in words, for messages and the reference page. */
    public String typeWord() {
        return type.word();
    }

    public @Nullable T defaultValue() {
        return defaultValue;
    }

    public @Nullable Long least() {
        return least;
    }

    public @Nullable Long most() {
        return most;
    }

    public List<String> choices() {
        return choices;
    }

    public List<FormerName> formerNames() {
        return formerNames;
    }

    public String help() {
        return help;
    }

    public boolean isSecret() {
        return secret;
    }

    public boolean isReloadable() {
        return reloadable;
    }

    boolean isFlag() {
        return typeWord().equals(FLAG);
    }

    public boolean isRepeated() {
        return repeated;
    }

    /**
     * Reads one value and checks it against choices and range.
     *
     * @return null when the text is empty and that means unset
     * @throws IllegalArgumentException saying what is accepted
     */
    @Nullable
    T parse(String text) {
        if (type.emptyIsUnset() && text.isBlank()) {
            return null;
        }
        T value;
        try {
            value = type.parse().apply(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(accepted(), e);
        }
        if (!inRange(value) || !isChosen(value)) {
            throw new IllegalArgumentException(accepted());
        }
        return value;
    }

    /** The value that several texts of a repeatable option make together. */
    T collect(List<String> texts) {
        // Only repeated() makes repeatable options, and those hold lists of text.
        @SuppressWarnings("unchecked")
        T all = (T) List.copyOf(texts);
        return all;
    }

    /** The text that reads back as {@code value}, as it stands behind {@code name =} in a file. */
    String written(Object value) {
        return Values.written(format(value));
    }

    /** The text that {@link #parse} makes {@code value} from. */
    String format(Object value) {
        return typeWord().equals(BRACKETED) && value instanceof List<?> items
                ? Values.formatBracketed(items)
                : Values.format(value);
    }

    private boolean inRange(T value) {
        if (value instanceof Double number) {
            return (least == null || number >= least) && (most == null || number <= most);
        }
        if (value instanceof Number number) {
            long whole = number.longValue();
            return (least == null || whole >= least) && (most == null || whole <= most);
        }
        return true;
    }

    private boolean isChosen(T value) {
        if (choices.isEmpty()) {
            return true;
        }
        return value instanceof List<?> items
                ? items.stream().allMatch(choices::contains)
                : choices.contains(String.valueOf(value));
    }

    /** What is accepted, in words. */
    public String accepted() {
        if (!choices.isEmpty()) {
            return (type.word().startsWith("list") ? typeWord() + " of " : "") + String.join(", ", choices);
        }
        if (least != null && most != null) {
            return typeWord() + " from " + least + " to " + most;
        }
        if (least != null) {
            return typeWord() + ", at least " + least;
        }
        if (most != null) {
            return typeWord() + ", at most " + most;
        }
        return typeWord();
    }

    @Override
    public String toString() {
        return name;
    }
}
