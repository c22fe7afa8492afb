package glance.store;

import glance.config.OptionGroup;
import glance.config.Section;

/** Builds the stores of one type from configuration. */
public interface StoreDriver {
    /** The type in {@code enabled_backends}, e.g. {@code file}. */
    String type();

    /** How far away a store's data is. */
    enum Reach {
        /** On this machine or mounted there. */
        LOCAL,
        /** At one service in the network: it answers for all images or for none. */
        SERVICE,
        /** At many places that have nothing to do with each other. */
        ANYWHERE
    }

    /** How far away the data of this driver's stores is, which decides what stands before them. */
    default Reach reach() {
        return Reach.LOCAL;
    }

    /** The driver's options as they stand in {@code section}, for the reference and for unknown-option warnings. */
    OptionGroup options(String section);

    /**
     * A store as {@code section} configures it. One whose configuration is bad may come without {@link Capability#WRITE}.
     *
     * @throws glance.config.ConfigException when it cannot be used at all
     */
    Store open(StoreId id, Section section);
}
