package glance.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Completion scripts for shells, from the declarations the parser reads. They hold the words of API v2 with those of older
 * clients left out, and know which options want a file.
 */
final class Completion {
    private static final List<String> FILES =
            List.of("--file", "--os-cacert", "--os-cert", "--os-key", "--ca-file", "--cert-file", "--key-file");

    private Completion() {}

    private static Stream<Command> commands() {
        return Commands.names().stream().map(name -> Commands.find(name).orElseThrow());
    }

    private static List<Grammar.Option> shown(Grammar grammar) {
        return grammar.options().stream().filter(option -> !option.hidden()).toList();
    }

    /** The spellings a help page shows: no underscores. */
    private static List<String> spellings(Grammar.Option option) {
        return option.names().stream().filter(name -> name.indexOf('_') < 0).toList();
    }

    private static String words(Grammar grammar) {
        return shown(grammar).stream()
                .flatMap(option -> spellings(option).stream())
                .collect(Collectors.joining(" "));
    }

    /** Options of all grammars with a fixed set of words, once each. */
    private static String choices(Function<Grammar.Option, String> line) {
        return Stream.concat(Stream.of(GlobalOptions.grammar()), commands().map(command -> command.grammar(true)))
                .flatMap(grammar -> shown(grammar).stream())
                .filter(option -> !option.choices().isEmpty())
                .map(line)
                .distinct()
                .collect(Collectors.joining());
    }

    /** For {@code /usr/share/bash-completion/completions/glance}. */
    static String bash() {
        String all = String.join(" ", Commands.names());
        return """
                # bash completion of the glance command, made from its declarations.
                _glance() {
                    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= i
                    for ((i = 1; i < COMP_CWORD; i++)); do
                        case " %s " in
                            *" ${COMP_WORDS[i]} "*) command=${COMP_WORDS[i]}; break ;;
                        esac
                    done
                    COMPREPLY=()
                    case $previous in
                        %s) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
                %s    esac
                    local words
                    case $command in
                        '') words="help bash-completion %s %s" ;;
                %s    esac
                    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
                }
                complete -o filenames -F _glance glance
                """.formatted(
                        "help " + all,
                        String.join("|", FILES),
                        choices(option -> "        " + String.join("|", spellings(option))
                                + ") mapfile -t COMPREPLY < <(compgen" + " -W \"" + String.join(" ", option.choices())
                                + "\" -- \"$word\"); return ;;\n"),
                        all,
                        words(GlobalOptions.grammar()),
                        "        help) words=\"" + all + "\" ;;\n"
                                + commands()
                                        .map(command -> "        " + command.name() + ") words=\"--help "
                                                + words(command.grammar(true)) + "\" ;;\n")
                                        .collect(Collectors.joining()));
    }

    /** For a directory of zsh's {@code fpath}, as {@code _glance}. */
    static String zsh() {
        StringBuilder out = new StringBuilder(
                "#compdef glance\n# zsh completion of the glance command, made from its"
                        + " declarations.\n_glance() {\n    local context state line\n    typeset -A opt_args\n    _arguments -C \\\n");
        shown(GlobalOptions.grammar()).forEach(option -> zsh(out, "        ", option));
        out.append("        '(-)1:command:->command' \\\n        '(-)*::argument:->argument'\n    case $state in\n")
                .append("        command)\n            local -a commands=(\n                'help:Show a help page'\n");
        commands()
                .forEach(command -> out.append("                '")
                        .append(command.name())
                        .append(':')
                        .append(zshText(command.summary()))
                        .append("'\n"));
        out.append(
                "            )\n            _describe command commands\n            ;;\n        argument)\n            case $line[1] in\n");
        out.append("                help)\n                    _arguments '*:command:(")
                .append(String.join(" ", Commands.names()))
                .append(")'\n                    ;;\n");
        commands().forEach(command -> {
            out.append("                ").append(command.name()).append(")\n                    _arguments \\\n");
            shown(command.grammar(true)).forEach(option -> zsh(out, "                        ", option));
            out.append("                        '*:argument:'\n                    ;;\n");
        });
        return out.append("            esac\n            ;;\n    esac\n}\n_glance \"$@\"\n")
                .toString();
    }

    private static void zsh(StringBuilder out, String indent, Grammar.Option option) {
        for (String name : spellings(option)) {
            out.append(indent)
                    .append("'*")
                    .append(name)
                    .append('[')
                    .append(zshText(option.help()))
                    .append(']');
            if (option.takes() != Grammar.Takes.NOTHING) {
                String values = !option.choices().isEmpty()
                        ? "(" + String.join(" ", option.choices()) + ")"
                        : FILES.contains(name) ? "_files" : " ";
                out.append(option.takes() == Grammar.Takes.MAYBE_ONE ? "::value:" : ":value:")
                        .append(values);
            }
            out.append("' \\\n");
        }
    }

    private static String zshText(String text) {
        return text.replace("'", "")
                .replace("\\", "")
                .replace(":", "\\:")
                .replace("[", "\\[")
                .replace("]", "\\]");
    }

    /** For a directory {@code vendor_completions.d} of fish. */
    static String fish() {
        StringBuilder out = new StringBuilder(
                "# fish completion of the glance command, made from its declarations.\nset -l commands help "
                        + String.join(" ", Commands.names())
                        + "\ncomplete -c glance -f\n");
        String none = "-n \"not __fish_seen_subcommand_from $commands\"";
        commands()
                .forEach(command -> out.append("complete -c glance ")
                        .append(none)
                        .append(" -a ")
                        .append(command.name())
                        .append(" -d '")
                        .append(fishText(command.summary()))
                        .append("'\n"));
        out.append("complete -c glance -n '__fish_seen_subcommand_from help' -a \"$commands\"\n");
        shown(GlobalOptions.grammar()).forEach(option -> fish(out, none, option));
        commands()
                .forEach(command -> shown(command.grammar(true))
                        .forEach(option ->
                                fish(out, "-n \"__fish_seen_subcommand_from " + command.name() + "\"", option)));
        return out.toString();
    }

    private static void fish(StringBuilder out, String when, Grammar.Option option) {
        List<String> names = new ArrayList<>();
        for (String name : spellings(option)) {
            names.add(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
        }
        out.append("complete -c glance ").append(when).append(' ').append(String.join(" ", names));
        if (option.takes() != Grammar.Takes.NOTHING) {
            boolean file = spellings(option).stream().anyMatch(FILES::contains);
            out.append(file ? " -rF" : " -x");
        }
        if (!option.choices().isEmpty()) {
            out.append(" -a '").append(String.join(" ", option.choices())).append('\'');
        }
        out.append(" -d '").append(fishText(option.help())).append("'\n");
    }

    private static String fishText(String text) {
        return text.replace("\\", "\\\\").replace("'", "\\'");
    }
}
