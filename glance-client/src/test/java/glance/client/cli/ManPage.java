package glance.client.cli;

import java.util.List;
import java.util.stream.Collectors;

/** The manual page {@code glance(1)}, from the declarations the parser reads. */
final class ManPage {
    private ManPage() {}

    static String text() {
        StringBuilder page = new StringBuilder(".\\\" Made from the declarations of the command.\n");
        page.append(".TH GLANCE 1 \"\" \"Glance for the JVM\" \"User Commands\"\n")
                .append(".SH NAME\nglance \\- command-line interface to the OpenStack Images API\n")
                .append(".SH SYNOPSIS\n.B glance\n[\\fIglobal options\\fR] \\fIcommand\\fR [\\fIoptions\\fR]"
                        + " [\\fIarguments\\fR]\n")
                .append(
                        ".SH DESCRIPTION\nThe commands and options are those of API version 2. API version 1 has commands"
                                + " of its own, told by\n.BR \"glance \\-\\-os\\-image\\-api\\-version 1 help\" .\n"
                                + "Options before the command are global.\n")
                .append(".SH GLOBAL OPTIONS\n");
        options(page, GlobalOptions.grammar());
        page.append(".SH COMMANDS\n");
        for (String name : Commands.names()) {
            command(page, Commands.find(name).orElseThrow());
        }
        return page.append("""
                        .SH EXIT STATUS
                        .TP
                        0
                        Done.
                        .TP
                        1
                        Failed; one line on standard error says why.
                        .TP
                        2
                        Wrong usage.
                        .TP
                        130
                        Interrupted.
                        .SH FILES
                        .TP
                        .IR clouds.yaml ", " secure.yaml
                        Clouds for \\fB\\-\\-os\\-cloud\\fR; looked for here, in \\fI~/.config/openstack\\fR and in \\fI/etc/openstack\\fR.
                        """).toString();
    }

    private static void command(StringBuilder page, Command command) {
        Grammar grammar = command.grammar(true);
        page.append(".SS ").append(escaped(command.name()));
        for (Grammar.Positional each : grammar.positionals()) {
            page.append(' ').append(escaped(each.metavar())).append(each.many() ? " ..." : "");
        }
        page.append('\n').append(line(command.summary()));
        for (Grammar.Positional each : grammar.positionals()) {
            page.append(".TP\n.I ").append(escaped(each.metavar())).append('\n').append(line(each.help()));
        }
        options(page, grammar);
    }

    private static void options(StringBuilder page, Grammar grammar) {
        for (Grammar.Option option : grammar.options()) {
            if (option.hidden()) {
                continue;
            }
            List<String> names = option.names().stream()
                    .filter(name -> name.indexOf('_') < 0)
                    .toList();
            page.append(".TP\n")
                    .append(names.stream()
                            .map(name -> "\\fB" + escaped(name) + "\\fR")
                            .collect(Collectors.joining(", ")));
            String value =
                    option.choices().isEmpty() ? option.metavar() : "{" + String.join(",", option.choices()) + "}";
            switch (option.takes()) {
                case NOTHING -> page.append('\n');
                case ONE -> page.append(" \\fI").append(escaped(value)).append("\\fR\n");
                case MAYBE_ONE -> page.append(" [\\fI").append(escaped(value)).append("\\fR]\n");
                case SOME -> page.append(" \\fI").append(escaped(value)).append("\\fR ...\n");
            }
            page.append(line(option.help() + (option.required() ? " Required." : "")));
        }
    }

    /** A line of text, which must not look like a request. */
    private static String line(String text) {
        String escaped = escaped(text);
        return (escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" : "") + escaped + "\n";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-");
    }
}
