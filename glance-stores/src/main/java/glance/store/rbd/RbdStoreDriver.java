package glance.store.rbd;

import glance.config.OptionGroup;
import glance.config.Section;
import glance.store.Store;
import glance.store.StoreDriver;
import glance.store.StoreId;
import glance.store.remote.PartBudget;
import java.time.InstantSource;

/**
 * Builds RBD stores from their section. Where librados and librbd are not installed, or the cluster is not there, a store
 * starts all the same and is not available until they are.
 */
public final class RbdStoreDriver implements StoreDriver {
    /** The driver's options where there is one store. */
    public static final OptionGroup OPTIONS = RbdStoreConfig.options("glance_store");

    private final PartBudget budget;
    private final String worker;
    private final InstantSource clock;

    /**
     * @param budget memory for what is on its way, shared with other stores
     * @param worker this process's name: different from that of any other on the same pools
     */
    public RbdStoreDriver(PartBudget budget, String worker, InstantSource clock) {
        this.budget = budget;
        this.worker = worker;
        this.clock = clock;
    }

    @Override
    public String type() {
        return "rbd";
    }

    @Override
    public Reach reach() {
        return Reach.SERVICE;
    }

    @Override
    public OptionGroup options(String section) {
        return RbdStoreConfig.options(section);
    }

    @Override
    public Store open(StoreId id, Section section) {
        RbdStore store = new RbdStore(id, RbdStoreConfig.from(section), budget.share(), worker, clock);
        store.connectInBackground();
        return store;
    }
}
