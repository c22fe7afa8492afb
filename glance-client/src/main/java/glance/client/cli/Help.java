package glance.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Usage lines and help pages in the shape of Python's argparse, since scripts cut them up. */
final class Help {
    private static final String USAGE = "usage: ";
    private static final int WIDTH = 78;
    private static final int HELP_COLUMN = 24;

    private Help() {}

    /** The usage of a subcommand or, with {@code tail}, of the whole command; ends its lines. */
    static String usage(String program, Grammar grammar, String tail) {
        List<String> options = new ArrayList<>();
        for (Grammar.Option option : grammar.options()) {
            if (!option.hidden()) {
                String shown = shortest(option) + values(option);
                options.add(option.required() ? shown : "[" + shown + "]");
            }
        }
        List<String> positionals = new ArrayList<>();
        for (Grammar.Positional each : grammar.positionals()) {
            positionals.add(each.many() ? each.metavar() + " [" + each.metavar() + " ...]" : each.metavar());
        }
        if (!tail.isEmpty()) {
            positionals.add(tail);
        }
        List<String> all = new ArrayList<>(options);
        all.addAll(positionals);
        String oneLine = USAGE + program + (all.isEmpty() ? "" : " " + String.join(" ", all));
        if (oneLine.length() <= WIDTH) {
            return oneLine + "\n";
        }
        String indent = " ".repeat(USAGE.length() + program.length() + 1);
        List<String> lines = new ArrayList<>();
        fill(lines, USAGE + program, indent, options.isEmpty() ? positionals : options);
        if (!options.isEmpty() && !positionals.isEmpty()) {
            fill(lines, indent.substring(1), indent, positionals);
        }
        return String.join("\n", lines) + "\n";
    }

    private static void fill(List<String> lines, String start, String indent, List<String> parts) {
        StringBuilder line = new StringBuilder(start);
        boolean empty = true;
        for (String part : parts) {
            if (line.length() + 1 + part.length() > WIDTH && !empty) {
                lines.add(line.toString());
                line = new StringBuilder(indent.substring(1));
            }
            line.append(' ').append(part);
            empty = false;
        }
        lines.add(line.toString());
    }

    private static String shortest(Grammar.Option option) {
        return option.names().stream()
                .filter(name -> name.matches("-[a-z]"))
                .findFirst()
                .orElse(option.names().getFirst());
    }

    private static String values(Grammar.Option option) {
        String metavar = option.choices().isEmpty()
                ? option.metavar()
                : option.metavar().isEmpty() ? "{" + String.join(",", option.choices()) + "}" : option.metavar();
        return switch (option.takes()) {
            case NOTHING -> "";
            case ONE -> " " + metavar;
            case MAYBE_ONE -> " [" + metavar + "]";
            case SOME -> " " + metavar + " [" + metavar + " ...]";
        };
    }

    /** The help page of a subcommand. */
    static String page(String program, Command command) {
        Grammar grammar = command.grammar(true);
        StringBuilder page = new StringBuilder(usage(program + " " + command.name(), grammar, ""));
        page.append('\n').append(command.summary()).append('\n');
        sections(page, grammar);
        return page.toString();
    }

    /** The help page of the command itself. */
    static String overview(String program, Grammar grammar, List<Command> commands) {
        StringBuilder page = new StringBuilder(usage(program, grammar, "<subcommand> ..."));
        page.append("\nCommand-line interface to the OpenStack Images API.\n\nPositional arguments:\n  <subcommand>\n");
        for (Command command : commands) {
            entry(page, 4, HELP_COLUMN, command.name(), command.summary());
        }
        sections(page, grammar);
        page.append("\nSee \"").append(program).append(" help COMMAND\" for help on a specific command.\n");
        return page.toString();
    }

    private static void sections(StringBuilder page, Grammar grammar) {
        List<Grammar.Option> shown =
                grammar.options().stream().filter(option -> !option.hidden()).toList();
        int widest = 0;
        for (Grammar.Positional each : grammar.positionals()) {
            widest = Math.max(widest, each.metavar().length());
        }
        for (Grammar.Option option : shown) {
            widest = Math.max(widest, invocation(option).length());
        }
        int column = Math.min(widest + 4, HELP_COLUMN);
        section(
                page,
                column,
                "Positional arguments:",
                grammar.positionals(),
                Grammar.Positional::metavar,
                Grammar.Positional::help);
        section(
                page,
                column,
                "Required arguments:",
                shown.stream().filter(Grammar.Option::required).toList(),
                Help::invocation,
                Grammar.Option::help);
        section(
                page,
                column,
                "Options:",
                shown.stream().filter(option -> !option.required()).toList(),
                Help::invocation,
                Grammar.Option::help);
    }

    private static <T> void section(
            StringBuilder page,
            int column,
            String heading,
            List<T> entries,
            Function<T, String> name,
            Function<T, String> help) {
        if (!entries.isEmpty()) {
            page.append('\n').append(heading).append('\n');
            entries.forEach(each -> entry(page, 2, column, name.apply(each), help.apply(each)));
        }
    }

    private static String invocation(Grammar.Option option) {
        List<String> names = new ArrayList<>();
        names.add(option.names().getFirst());
        option.names().stream().filter(name -> name.matches("-[a-z]")).forEach(names::addFirst);
        return String.join(", ", names) + values(option);
    }

    /** An option and what it does, as a help page has it. */
    static String line(Grammar.Option option) {
        StringBuilder line = new StringBuilder();
        entry(line, 2, HELP_COLUMN, invocation(option), option.help());
        return line.toString();
    }

    private static void entry(StringBuilder page, int indent, int column, String name, String help) {
        String start = " ".repeat(indent) + name;
        List<String> lines = TextWrap.wrap(help, WIDTH - column);
        boolean beside = start.length() + 2 <= column && !lines.isEmpty();
        page.append(start);
        for (int i = 0; i < lines.size(); i++) {
            page.append(i == 0 && beside ? " ".repeat(column - start.length()) : "\n" + " ".repeat(column))
                    .append(lines.get(i));
        }
        page.append('\n');
    }
}
