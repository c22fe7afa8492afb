package glance.policy;

import glance.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Finds and reads the operator's rule files. */
final class RuleFiles {
    /**
     * A rule as written.
     *
     * @param value a text, a list or null; anything else is refused when it is compiled
     */
    record Written(Path file, @Nullable Object value) {}

    /** A file's or directory's state; a changed one differs. */
    record Stamp(Path path, FileTime modified, long size) {}

    private final PolicyConfig config;
    private final Function<String, Optional<Path>> finder;

    /**
     * @param finder finds a file or directory by its configured name
     */
    RuleFiles(PolicyConfig config, Function<String, Optional<Path>> finder) {
        this.config = config;
        this.finder = finder;
    }

    /** The files that count now, in the order in which they apply. */
    List<Stamp> stamps() {
        List<Stamp> stamps = new ArrayList<>();
        ruleFile().flatMap(RuleFiles::stamp).ifPresent(stamps::add);
        for (String directory : config.directories()) {
            finder.apply(directory).filter(Files::isDirectory).ifPresent(found -> {
                for (Path file : filesIn(found)) {
                    stamp(file).ifPresent(stamps::add);
                }
            });
        }
        return stamps;
    }

    /**
     * Every rule the files give; of several with one name the last.
     *
     * @throws ConfigException naming the file that cannot be read
     */
    Map<String, Written> read(List<Stamp> stamps) {
        Map<String, Written> rules = new LinkedHashMap<>();
        for (Stamp stamp : stamps) {
            readInto(rules, stamp.path());
        }
        return rules;
    }

    /** The rule file, if it exists. */
    Optional<Path> ruleFile() {
        Optional<Path> found = finder.apply(config.file());
        return found.isEmpty() && config.file().equals(PolicyConfig.USUAL_FILE) ? finder.apply("policy.json") : found;
    }

    private static List<Path> filesIn(Path directory) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().startsWith(".") && Files.isRegularFile(entry)) {
                    files.add(entry);
                }
            }
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
        files.sort(null);
        return files;
    }

    /** Nothing when the file vanished just now. */
    private static Optional<Stamp> stamp(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(new Stamp(path, attributes.lastModifiedTime(), attributes.size()));
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static void readInto(Map<String, Written> rules, Path file) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setAllowDuplicateKeys(true) // operators' files have them; the last one counts
                .build();
        Object content;
        try (InputStream in = Files.newInputStream(file)) {
            content = new Load(settings).loadFromInputStream(in);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (YamlEngineException e) {
            throw new ConfigException("policy file " + file + " is no YAML: " + e.getMessage());
        }
        if (content == null) {
            return;
        }
        if (!(content instanceof Map<?, ?> mapping)) {
            throw new ConfigException("policy file " + file + " is no mapping of rule names to rules");
        }
        mapping.forEach((name, value) -> rules.put(String.valueOf(name), new Written(file, value)));
    }

    private static ConfigException unreadable(Path path, IOException e) {
        return new ConfigException("policy file " + path + " cannot be read: " + e);
    }
}
