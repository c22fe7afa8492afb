package glance.image;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.util.List;

/** When the data of a deleted image goes. */
public final class DeleteConfig {
    static final Option<Boolean> DELAYED_DELETE = Option.flag("delayed_delete")
            .orElse(false)
            .help("Keep the data of deleted images for a scrubber; only false is available, data goes at once.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS = new OptionGroup("DEFAULT", "Deleting images.", List.of(DELAYED_DELETE));

    private DeleteConfig() {}

    /**
     * Refuses to run where an operator relies on a scrubber, which this build does not have: data would be gone that
     * could be restored.
     *
     * @throws ConfigException when {@code delayed_delete} is true
     */
    public static void requireSupported(Section section) {
        if (section.get(DELAYED_DELETE)) {
            throw new ConfigException("option delayed_delete in [" + section.name()
                    + "]: true is not available, there is no scrubber yet; accepted: false");
        }
    }
}
