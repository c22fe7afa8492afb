package glance.server;

import glance.config.Configuration;
import glance.fault.FailPoints;
import glance.fetch.FetchConfig;
import glance.server.metrics.MeteredStore;
import glance.server.metrics.Metrics;
import glance.store.Store;
import glance.store.StoreDriver;
import glance.store.StoresConfig;
import glance.store.file.FileStoreDriver;
import glance.store.front.Breaker;
import glance.store.front.SharedReads;
import glance.store.front.SharedReadsConfig;
import glance.store.http.HttpStoreDriver;
import glance.store.rbd.RbdStoreDriver;
import glance.store.remote.PartBudget;
import glance.store.s3.S3Driver;
import glance.store.swift.SwiftDriver;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** The store types of this build: of the service, and of the commands that look at its stores. */
public final class StoreDrivers {
    /** Types whose stores hold parts of images in memory. */
    private static final Set<String> REMOTE = Set.of("swift", "s3", "rbd");

    private StoreDrivers() {}

    /**
     * @param worker the process's name, which marks what it leaves half-written
     */
    public static List<StoreDriver> all(
            Configuration configuration, String worker, InstantSource clock, FailPoints failPoints) {
        PartBudget budget =
                PartBudget.from(configuration.section("remote_stores"), StoresConfig.count(configuration, REMOTE));
        return List.of(
                new FileStoreDriver(worker, clock, failPoints),
                new HttpStoreDriver(FetchConfig.from(configuration.section("fetch"))),
                new SwiftDriver(budget, clock),
                new S3Driver(budget, clock),
                new RbdStoreDriver(budget, worker, clock));
    }

    /** What stands before the stores of a service: a breaker and shared reads where they are remote. */
    public static StoresConfig.Front fronts(Configuration configuration, Metrics metrics) {
        SharedReadsConfig shared = SharedReadsConfig.from(configuration.section("shared_reads"));
        Semaphore segments = new Semaphore(shared.total());
        return (driver, store) -> new MeteredStore(
                switch (driver.reach()) {
                    case LOCAL -> store;
                    case SERVICE -> sharing(new Breaker(store), shared, segments);
                    case ANYWHERE -> sharing(store, shared, segments);
                },
                metrics);
    }

    private static Store sharing(Store store, SharedReadsConfig config, Semaphore segments) {
        return config.total() == 0 ? store : new SharedReads(store, config, segments);
    }
}
