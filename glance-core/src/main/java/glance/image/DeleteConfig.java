package glance.image;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.util.List;

/**
 * When the data of a deleted image goes.
 *
 * @param delayed left to a {@link Scrubber}, until which it can be restored; else at once
 */
public record DeleteConfig(boolean delayed) {
    /** Data goes at once. */
    public static final DeleteConfig AT_ONCE = new DeleteConfig(false);

    static final Option<Boolean> DELAYED_DELETE = Option.flag("delayed_delete")
            .orElse(false)
            .help("Keep the data of deleted images until glance-scrubber removes it; false: it goes at once.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS = new OptionGroup("DEFAULT", "Deleting images.", List.of(DELAYED_DELETE));

    public static DeleteConfig from(Section section) {
        return new DeleteConfig(section.get(DELAYED_DELETE));
    }
}
