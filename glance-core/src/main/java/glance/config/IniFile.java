package glance.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file in the INI dialect of oslo.config, as written: sections in order, values with their lines, nothing substituted.
 *
 * <p>A line is a {@code [section]}, an assignment {@code key = value} or {@code key: value}, a comment ({@code #} or {@code ;}
 * as its very first character), blank, or, when it begins with a blank, the continuation of the value above. There are no
 * comments behind a value. One pair of quotes around a whole first line of a value is taken off.
 *
 * <p>Errors name file and line and never quote what may be a value: it may be a password.
 *
 * @param name for messages
 * @param sections in order; one written twice appears twice
 */
public record IniFile(String name, List<Block> sections) {
    /** More than this is no configuration file. */
    private static final long MOST_BYTES = 8L << 20;

    public IniFile {
        sections = List.copyOf(sections);
    }

    /**
     * One section as written.
     *
     * @param line of its header, from 1
     */
    public record Block(String name, int line, List<Entry> entries) {
        public Block {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One assignment.
     *
     * @param value continuation lines joined by newlines
     * @param line of the key, from 1
     */
    public record Entry(String key, String value, int line) {}

    /**
     * Reads a file.
     *
     * @throws ConfigException naming the file, and the line where there is one
     */
    public static IniFile read(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes > MOST_BYTES) {
                throw new ConfigException(file + ": " + bytes + " bytes exceed the limit " + MOST_BYTES);
            }
            return parse(file.toString(), decode(file, Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": no such file", e);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static String decode(Path file, byte[] bytes) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(rest).toString();
        } catch (CharacterCodingException e) {
            long line = 1;
            for (int i = 0; i < rest.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new ConfigException(file + ":" + line + ": not UTF-8", e);
        }
    }

    /**
     * Reads a text.
     *
     * @param name for messages, usually the file's path
     * @throws ConfigException naming file and line
     */
    public static IniFile parse(String name, String text) {
        Parser parser = new Parser(name);
        // A byte order mark is harmless; upstream stumbles over it.
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        content.lines().forEach(parser::line);
        return parser.end();
    }

    private static final class Parser {
        private final String file;
        private final List<Block> blocks = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();
        private @Nullable String section;
        private int sectionLine;
        private @Nullable String key;
        private final StringBuilder value = new StringBuilder();
        private int keyLine;
        private int number;

        Parser(String file) {
            this.file = file;
        }

        void line(String raw) {
            number++;
            String line = raw.stripTrailing();
            if (line.isEmpty()) {
                endValue();
            } else if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                continuation(line.strip());
            } else {
                endValue();
                switch (line.charAt(0)) {
                    case '[' -> header(line);
                    case '#', ';' -> {}
                    default -> assignment(line);
                }
            }
        }

        IniFile end() {
            endValue();
            endSection();
            return new IniFile(file, blocks);
        }

        private void continuation(String line) {
            if (key == null) {
                throw error("an indented line continues a value, but there is none above it");
            }
            value.append('\n').append(line);
        }

        private void header(String line) {
            if (!line.endsWith("]") || line.length() < 3) {
                throw error("malformed section header '" + line + "'; it is written [name]");
            }
            endSection();
            section = line.substring(1, line.length() - 1);
            sectionLine = number;
        }

        private void assignment(String line) {
            int separator = separator(line);
            if (separator < 0) {
                throw error(
                        line.endsWith("]")
                                ? "malformed section header '" + line + "'; it is written [" + line
                                : "neither [section] nor key = value nor an indented continuation");
            }
            if (separator == 0) {
                throw error("there is no option name before '" + line.charAt(0) + "'");
            }
            if (section == null) {
                throw error("an option stands before the first [section]");
            }
            key = line.substring(0, separator).strip();
            keyLine = number;
            value.setLength(0);
            value.append(unquoted(line.substring(separator + 1).strip()));
        }

        private static int separator(String line) {
            int equals = line.indexOf('=');
            int colon = line.indexOf(':');
            return equals < 0 ? colon : colon < 0 ? equals : Math.min(equals, colon);
        }

        private static String unquoted(String text) {
            int last = text.length() - 1;
            boolean quoted = last > 0
                    && text.charAt(0) == text.charAt(last)
                    && (text.charAt(0) == '"' || text.charAt(0) == '\'');
            return quoted ? text.substring(1, last) : text;
        }

        private void endValue() {
            if (key != null) {
                entries.add(new Entry(key, value.toString(), keyLine));
                key = null;
            }
        }

        private void endSection() {
            if (section != null) {
                blocks.add(new Block(section, sectionLine, entries));
                entries.clear();
            }
        }

        private ConfigException error(String message) {
            return new ConfigException(file + ":" + number + ": " + message);
        }
    }
}
