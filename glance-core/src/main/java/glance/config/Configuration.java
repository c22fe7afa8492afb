package glance.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The configuration of one process: files, environment and command line merged by oslo.config's rules. Immutable. */
public interface Configuration {
    /** A section; an absent one reads as empty. */
    Section section(String name);

    /** A section whose unset options are taken from {@code fallback}: {@code [id]}, then {@code [backend_defaults]}. */
    Section section(String name, String fallback);

    /** The names of the sections the files have, as written, in order. */
    List<String> sectionNames();

    /** The configuration files read, in order; not those found in configuration directories. */
    List<Path> files();

    /**
     * Looks for a file beside the configuration: policy, paste file, property protections, schema. Searched are the
     * configuration directories given, the directories of the files read (last first), then the standard directories. An
     * absolute name is taken as it is.
     *
     * @return the first that exists
     */
    Optional<Path> findFile(String name);

    /** Where {@link #findFile} looks, in order. */
    List<Path> searchPath();

    /**
     * This configuration with some options of one section said otherwise, beating every file: a paste file's literals.
     *
     * @param values texts by option name, former names included
     * @param origin where they stand, for messages
     */
    Configuration with(String section, Map<String, String> values, String origin);

    /**
     * The configuration a text gives by itself, without environment or standard files.
     *
     * @throws ConfigException when the text is malformed; values are checked when read
     */
    static Configuration ofText(String text) {
        return MergedConfiguration.of(IniFile.parse("configuration text", text));
    }
}
