package glance.store;

import glance.config.Section;

/** The ability of a store to take over what a reload of the configuration changed, without an interruption. */
public interface Reconfigurable {
    /**
     * Uses the reloadable options from now on, for what is under way too.
     *
     * @param section the store's
     * @throws glance.config.ConfigException when they cannot be used; the store then goes on as before
     */
    void reconfigure(Section section);
}
