package glance.store.swift;

import glance.config.OptionGroup;
import glance.config.Section;
import glance.http.client.ControlClient;
import glance.http.client.TlsConfig;
import glance.store.Store;
import glance.store.StoreDriver;
import glance.store.StoreId;
import glance.store.remote.PartBudget;
import glance.store.remote.Retry;
import glance.store.remote.StoreHttp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Builds Swift stores from their section. */
public final class SwiftDriver implements StoreDriver {
    /** The driver's options where there is one store. */
    public static final OptionGroup OPTIONS = SwiftConfig.options("glance_store");

    private static final StoreHttp.Limits USUAL =
            new StoreHttp.Limits(Duration.ofSeconds(10), Duration.ofSeconds(60), 512);

    private final PartBudget budget;
    private final InstantSource clock;
    private final StoreHttp.Limits limits;
    private final Duration firstPause;

    /**
     * @param budget shared by all remote stores of the process
     */
    public SwiftDriver(PartBudget budget, InstantSource clock) {
        this(budget, clock, USUAL, Retry.USUAL.firstPause());
    }

    /** With other limits, for tests that do not wait for long. */
    SwiftDriver(PartBudget budget, InstantSource clock, StoreHttp.Limits limits, Duration firstPause) {
        this.budget = budget;
        this.clock = clock;
        this.limits = limits;
        this.firstPause = firstPause;
    }

    @Override
    public String type() {
        return "swift";
    }

    @Override
    public Reach reach() {
        return Reach.SERVICE;
    }

    @Override
    public OptionGroup options(String section) {
        return SwiftConfig.options(section);
    }

    @Override
    public Store open(StoreId id, Section section) {
        SwiftConfig config = SwiftConfig.from(section);
        TlsConfig tls = new TlsConfig(config.authorities(), Optional.empty(), Optional.empty(), !config.insecure());
        StoreHttp http = new StoreHttp(limits, tls);
        ControlClient control = new ControlClient(ControlClient.Limits.of(limits.connect()), tls);
        Retry retry = new Retry(1 + config.retries(), firstPause);
        ServicePlaces service = new ServicePlaces(config, control, clock);
        if (config.tenants().isEmpty()) {
            return new SwiftStore(id, config, http, control, budget.share(), retry, service, service);
        }
        SwiftPlaces tenants = new TenantPlaces(config, TenantRights.ofService(config, service), service);
        return new SwiftTenantStore(
                new SwiftStore(id, config, http, control, budget.share(), retry, service, tenants), config, service);
    }
}
