package glance.store.s3;

import glance.config.OptionGroup;
import glance.config.Section;
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

/** Builds S3 stores from their section. */
public final class S3Driver implements StoreDriver {
    /** The driver's options where there is one store. */
    public static final OptionGroup OPTIONS = S3Config.options("glance_store");

    private static final StoreHttp.Limits USUAL =
            new StoreHttp.Limits(Duration.ofSeconds(10), Duration.ofSeconds(60), 512);

    private final PartBudget budget;
    private final InstantSource clock;
    private final StoreHttp.Limits limits;
    private final Retry retry;

    /**
     * @param budget shared by all remote stores of the process
     */
    public S3Driver(PartBudget budget, InstantSource clock) {
        this(budget, clock, USUAL, Retry.USUAL);
    }

    /** With other limits, for tests that do not wait for long. */
    S3Driver(PartBudget budget, InstantSource clock, StoreHttp.Limits limits, Retry retry) {
        this.budget = budget;
        this.clock = clock;
        this.limits = limits;
        this.retry = retry;
    }

    @Override
    public String type() {
        return "s3";
    }

    @Override
    public Reach reach() {
        return Reach.SERVICE;
    }

    @Override
    public OptionGroup options(String section) {
        return S3Config.options(section);
    }

    @Override
    public Store open(StoreId id, Section section) {
        S3Config config = S3Config.from(section);
        TlsConfig tls = new TlsConfig(config.authorities(), Optional.empty(), Optional.empty(), true);
        StoreHttp http = new StoreHttp(limits, tls);
        return new S3Store(id, config, http, new S3Client(config, http, retry), budget.share(), retry, clock);
    }
}
