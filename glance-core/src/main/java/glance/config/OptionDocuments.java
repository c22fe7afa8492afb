package glance.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sample file and the reference page of a program, made from the declarations of its options. */
public final class OptionDocuments {
    private static final int WIDTH = 100;

    private final String program;
    private final Path page;
    private final Map<String, List<OptionGroup>> sections = new LinkedHashMap<>();

    /**
     * @param program the file name without {@code .conf}
     * @param groups every option, in the order of the documents; groups of one section come together
     * @param page the reference page, below the root of the repository
     */
    public OptionDocuments(String program, List<OptionGroup> groups, Path page) {
        this.program = program;
        this.page = page;
        for (OptionGroup group : groups) {
            sections.computeIfAbsent(group.section(), absent -> new ArrayList<>())
                    .add(group);
        }
    }

    /** Writes both below a directory: {@code etc/PROGRAM.conf.sample} and the page. */
    public void write(Path root) throws IOException {
        for (Map.Entry<Path, String> document : documents().entrySet()) {
            Path file = root.resolve(document.getKey());
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, document.getValue());
        }
    }

    /** The texts by their path below the root of the repository. */
    public Map<Path, String> documents() {
        Map<Path, String> documents = new LinkedHashMap<>();
        documents.put(Path.of("etc", program + ".conf.sample"), sample());
        documents.put(page, reference());
        return documents;
    }

    private String sample() {
        StringBuilder out = new StringBuilder();
        comment(
                out,
                "Every option of " + program + " with its default, generated from the declarations. Take out the # of a"
                        + " line to change it.");
        sections.forEach((section, groups) -> {
            out.append("\n[").append(section).append("]\n");
            for (OptionGroup group : groups) {
                out.append('\n');
                comment(out, "--- " + group.help());
                group.options().forEach(option -> sample(out, section, option));
            }
        });
        return out.toString();
    }

    private static void sample(StringBuilder out, String section, Option<?> option) {
        out.append('\n');
        comment(
                out,
                option.help() + " (" + option.accepted() + (option.isReloadable() ? "; SIGHUP applies it" : "") + ")");
        if (!option.formerNames().isEmpty()) {
            comment(out, "Formerly " + String.join(", ", former(section, option)) + ".");
        }
        List<?> lines = defaultsOf(option);
        if (lines.isEmpty()) {
            out.append('#').append(option.name()).append(" =\n");
        }
        for (Object line : lines) {
            String text = (option.name() + " = " + option.written(line)).stripTrailing();
            out.append('#').append(text.replace("\n", "\n#")).append('\n');
        }
    }

    private static List<?> defaultsOf(Option<?> option) {
        Object value = option.defaultValue();
        if (value == null) {
            return List.of();
        }
        return option.isRepeated() && value instanceof List<?> several ? several : List.of(value);
    }

    private static void comment(StringBuilder out, String text) {
        StringBuilder line = new StringBuilder("#");
        for (String word : text.strip().split("\\s+", -1)) {
            if (line.length() + 1 + word.length() > WIDTH) {
                out.append(line).append('\n');
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        out.append(line).append('\n');
    }

    private static List<String> former(String section, Option<?> option) {
        return option.formerNames().stream()
                .map(name -> "[" + (name.group().isEmpty() ? section : name.group()) + "] " + name.name())
                .toList();
    }

    private String reference() {
        StringBuilder out = new StringBuilder();
        out.append("# Options of ").append(program).append("\n\n");
        out.append(
                        "Generated from the declarations; do not edit. A value is taken from the command line, else from the")
                .append(
                        " environment\n(`OS_GROUP__OPTION`, e.g. `OS_DEFAULT__DEBUG`), else from the files, of which the")
                .append(
                        " last read wins, else it is the default.\nFormer names are read with a warning. *Reload*: SIGHUP")
                .append(" applies a new value; all others need a restart.\n");
        sections.forEach((section, groups) -> {
            out.append("\n## [").append(section).append("]\n");
            groups.forEach(group -> reference(out, section, group));
        });
        return out.toString();
    }

    private static void reference(StringBuilder out, String section, OptionGroup group) {
        out.append('\n').append(group.help()).append("\n\n");
        out.append("| Option | Accepted | Default | Reload | Meaning |\n|---|---|---|---|---|\n");
        for (Option<?> option : group.options()) {
            Object value = option.defaultValue();
            String text = value == null ? "" : option.written(value);
            String meaning = option.help() + (option.isSecret() ? " Never printed." : "");
            if (!option.formerNames().isEmpty()) {
                meaning += " Formerly `" + String.join("`, `", former(section, option)) + "`.";
            }
            row(
                    out,
                    "`" + option.name() + "`",
                    option.accepted(),
                    value == null ? "unset" : text.isEmpty() ? "empty" : "`" + text + "`",
                    option.isReloadable() ? "yes" : "",
                    meaning);
        }
    }

    private static void row(StringBuilder out, String... cells) {
        out.append('|');
        for (String cell : cells) {
            out.append(' ').append(cell.replace("|", "\\|").replace("\n", " ")).append(cell.isEmpty() ? "|" : " |");
        }
        out.append('\n');
    }
}
