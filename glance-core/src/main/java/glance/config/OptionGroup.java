package glance.config;

import java.util.List;

/**
 * The options of one component in one section of the file.
 *
 * @param section section name without brackets, e.g. {@code DEFAULT}
 * @param help a sentence for the reference page
 */
public record OptionGroup(String section, String help, List<Option<?>> options) {
    public OptionGroup {
        options = List.copyOf(options);
    }
}
