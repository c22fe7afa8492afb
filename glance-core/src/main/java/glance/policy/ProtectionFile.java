package glance.policy;

import glance.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The file of property protections: sections in the order in which they are tried, each with its keys in lower case. Comments
 * take whole lines ({@code #} or {@code ;}), a line that starts with a blank continues the value before it, {@code [DEFAULT]}
 * supplies keys that a section lacks.
 */
final class ProtectionFile {
    /** A section's name is an expression that property names are searched with. */
    record Entry(String name, Map<String, String> values) {}

    private static final String DEFAULTS = "DEFAULT";

    private final Path file;
    private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    private Optional<Map<String, String>> section = Optional.empty();
    private String lastKey = "";

    private ProtectionFile(Path file) {
        this.file = file;
    }

    /**
     * @throws ConfigException naming file and line that cannot be read
     */
    static List<Entry> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigException("property protection file " + file + " cannot be read: " + e);
        }
        ProtectionFile reading = new ProtectionFile(file);
        for (int i = 0; i < lines.size(); i++) {
            reading.line(lines.get(i), i + 1);
        }
        return reading.entries();
    }

    private void line(String line, int number) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
            return;
        }
        if (Character.isWhitespace(line.charAt(0)) && !lastKey.isEmpty()) {
            section.ifPresent(values -> values.merge(lastKey, text, (before, more) -> before + " " + more));
        } else if (text.startsWith("[") && text.endsWith("]")) {
            open(text.substring(1, text.length() - 1), number);
        } else {
            value(text, number);
        }
    }

    private void open(String name, int number) {
        Map<String, String> values = new LinkedHashMap<>();
        if (sections.putIfAbsent(name, values) != null) {
            throw wrong(number, "section [" + name + "] is there twice");
        }
        section = Optional.of(values);
        lastKey = "";
    }

    private void value(String text, int number) {
        int end = 0;
        while (end < text.length() && text.charAt(end) != '=' && text.charAt(end) != ':') {
            end++;
        }
        if (end == text.length()) {
            throw wrong(number, "'" + text + "' is neither a section nor key = value");
        }
        Map<String, String> values = section.orElseThrow(() -> wrong(number, "a value stands before any section"));
        lastKey = text.substring(0, end).strip().toLowerCase(Locale.ROOT);
        if (values.put(lastKey, text.substring(end + 1).strip()) != null) {
            throw wrong(number, "key " + lastKey + " is there twice in its section");
        }
    }

    private List<Entry> entries() {
        Map<String, String> defaults = sections.getOrDefault(DEFAULTS, Map.of());
        List<Entry> entries = new ArrayList<>();
        sections.forEach((name, values) -> {
            if (!name.equals(DEFAULTS)) {
                Map<String, String> all = new LinkedHashMap<>(defaults);
                all.putAll(values);
                entries.add(new Entry(name, all));
            }
        });
        return entries;
    }

    private ConfigException wrong(int number, String what) {
        return new ConfigException("property protection file " + file + " line " + number + ": " + what);
    }
}
