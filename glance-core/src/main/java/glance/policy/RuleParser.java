package glance.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rule language. {@code not} binds before {@code and}, {@code and} before {@code or}:
 *
 * <pre>
 * rule    := (nothing: allow) | expr
 * expr    := all ("or" all)*
 * all     := one ("and" one)*
 * one     := "not" one | "(" expr ")" | check
 * check   := "@" | "!" | KIND ":" MATCH
 * </pre>
 *
 * Tokens are split at white space; parentheses are peeled off a token's ends, keywords may have any case. The older form,
 * a list of lists, is read by {@link #parse(List)}. One instance reads one rule after the other; not thread-safe.
 */
final class RuleParser {
    /** A rule that cannot be read. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /** Parentheses within parentheses; far above any real rule, far below the stack. */
    private static final int DEEPEST = 200;

    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9]\\d*)");
    private static final Pattern DECIMAL = Pattern.compile("-?\\d+\\.\\d+");

    private final Function<String, Check> rules;
    private final RemoteCheck remote;
    private Deque<String> tokens = new ArrayDeque<>();
    private int depth;

    /**
     * @param rules finds the rule that {@code rule:NAME} means
     */
    RuleParser(Function<String, Check> rules, RemoteCheck remote) {
        this.rules = rules;
        this.remote = remote;
    }

    Check parse(String text) throws Unreadable {
        if (text.isEmpty()) {
            return Check.ALLOW;
        }
        tokens = tokens(text);
        depth = 0;
        Check check = expression();
        if (!tokens.isEmpty()) {
            throw new Unreadable("'" + tokens.peek() + "' follows where the rule should end");
        }
        return check;
    }

    /** Outer list: or. Inner lists: and. A bare string in the outer list is one check. */
    Check parse(List<?> alternatives) throws Unreadable {
        if (alternatives.isEmpty()) {
            return Check.ALLOW;
        }
        List<Check> any = new ArrayList<>();
        for (Object alternative : alternatives) {
            List<?> group = alternative instanceof List<?> list ? list : List.of(alternative);
            List<Check> all = new ArrayList<>();
            for (Object item : group) {
                all.add(check(String.valueOf(item)));
            }
            if (!all.isEmpty()) {
                any.add(all.size() == 1 ? all.getFirst() : new Check.AllOf(all));
            }
        }
        return any.isEmpty() ? Check.DENY : joined(any);
    }

    private static Deque<String> tokens(String text) {
        Deque<String> tokens = new ArrayDeque<>();
        for (String word : BLANKS.split(text.strip(), -1)) {
            int from = 0;
            int to = word.length();
            while (from < to && word.charAt(from) == '(') {
                tokens.add("(");
                from++;
            }
            while (to > from && word.charAt(to - 1) == ')') {
                to--;
            }
            if (from < to) {
                tokens.add(word.substring(from, to));
            }
            for (int i = to; i < word.length(); i++) {
                tokens.add(")");
            }
        }
        return tokens;
    }

    private Check expression() throws Unreadable {
        List<Check> any = new ArrayList<>();
        do {
            any.add(conjunction());
        } while (skip("or"));
        return joined(any);
    }

    private static Check joined(List<Check> any) {
        return any.size() == 1 ? any.getFirst() : new Check.AnyOf(any);
    }

    private Check conjunction() throws Unreadable {
        List<Check> all = new ArrayList<>();
        do {
            all.add(operand());
        } while (skip("and"));
        return all.size() == 1 ? all.getFirst() : new Check.AllOf(all);
    }

    private Check operand() throws Unreadable {
        boolean negated = false;
        while (skip("not")) {
            negated = !negated;
        }
        Check check = primary();
        return negated ? new Check.Not(check) : check;
    }

    private Check primary() throws Unreadable {
        String token = tokens.poll();
        if (token == null) {
            throw new Unreadable("a check is missing at the end");
        }
        if (!token.equals("(")) {
            if (isQuoted(token)) {
                throw new Unreadable("the text " + token + " is no check");
            }
            return check(token);
        }
        if (++depth > DEEPEST) {
            throw new Unreadable("more than " + DEEPEST + " parentheses within each other");
        }
        Check inner = expression();
        if (!skip(")")) {
            throw new Unreadable("a closing parenthesis is missing");
        }
        depth--;
        return inner;
    }

    private boolean skip(String word) {
        String next = tokens.peek();
        if (next == null || !next.equalsIgnoreCase(word)) {
            return false;
        }
        tokens.remove();
        return true;
    }

    private Check check(String token) throws Unreadable {
        if (token.equals("@")) {
            return Check.ALLOW;
        }
        if (token.equals("!")) {
            return Check.DENY;
        }
        int colon = token.indexOf(':');
        if (colon < 0) {
            throw new Unreadable("'" + token + "' is no check: a colon is missing");
        }
        String kind = token.substring(0, colon);
        String match = token.substring(colon + 1);
        return switch (kind) {
            case "role" -> role(Template.of(match));
            case "rule" -> rules.apply(match);
            case "http", "https" -> new Check.AskRemote(Template.of(token), remote);
            default -> comparison(kind, Template.of(match));
        };
    }

    private static Check role(Template name) {
        return name.isConstant()
                ? new Check.HasRole(name.pieces().getFirst().toLowerCase(Locale.ROOT))
                : new Check.HasRoleOfTarget(name);
    }

    private static Check comparison(String left, Template right) {
        String literal = literal(left);
        if (literal != null) {
            return new Check.TargetIs(literal, right);
        }
        // A dotted path would need nested credentials; there are none, so it finds nothing.
        CallerKey key = CallerKey.named(left);
        return key == null ? Check.DENY : new Check.CallerHas(key, right);
    }

    private static boolean isQuoted(String text) {
        return text.length() >= 2
                && ((text.startsWith("'") && text.endsWith("'")) || (text.startsWith("\"") && text.endsWith("\"")));
    }

    private static @Nullable String literal(String left) {
        if (isQuoted(left)) {
            return left.substring(1, left.length() - 1);
        }
        if (left.equals("True") || left.equals("False") || left.equals(Template.NONE)) {
            return left;
        }
        if (INTEGER.matcher(left).matches()) {
            return left;
        }
        return DECIMAL.matcher(left).matches() ? Double.toString(Double.parseDouble(left)) : null;
    }
}
