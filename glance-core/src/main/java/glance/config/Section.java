package glance.config;

import java.util.Optional;

/** One section of the configuration as read. Values come back checked; substitution is done. */
public interface Section {
    /** The name without brackets. */
    String name();

    /**
     * The value, else the default.
     *
     * @throws ConfigException naming file, line, option, value and what is accepted
     * @throws IllegalStateException when the option has neither
     */
    <T> T get(Option<T> option);

    /** The value, else the default, else nothing. */
    <T> Optional<T> find(Option<T> option);

    /** Whether the file (or environment, or command line) gives it. */
    boolean isSet(Option<?> option);
}
