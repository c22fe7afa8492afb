package glance.store.swift;

import static org.assertj.core.api.Assertions.assertThat;

import glance.image.ImageId;
import glance.store.Store;
import glance.store.remote.PartBudget;
import glance.store.remote.StoreHttp;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import glance.testkit.store.StoreFaultContract;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A real Swift behind a network that fails. */
class SwiftFaultTest extends StoreFaultContract {
    private static final int SEGMENT = 1_024_000;
    private static final int MEMORY = 8 << 20;

    private final ObjectServer server = ObjectServer.shared();
    private final String container = server.freshName();
    private final PartBudget budget = new PartBudget(MEMORY);
    private final String place;
    private final SwiftStore store;
    private final SwiftStore direct = SwiftStores.open(server, container);

    SwiftFaultTest() throws IOException {
        super(URI.create(ObjectServer.shared().fact("STORAGE_URL")), SEGMENT);
        String account = URI.create(server.fact("STORAGE_URL")).getPath();
        place = account + "/" + container + "/";
        store = SwiftStores.driven(
                new SwiftDriver(
                        budget, InstantSource.system(), new StoreHttp.Limits(IDLE, IDLE, 32), Duration.ofMillis(20)),
                SwiftStores.account(
                        server,
                        container,
                        "swift_store_endpoint = " + proxy.url() + account,
                        "swift_store_large_object_size = 5",
                        "swift_store_large_object_chunk_size = 1"));
    }

    @BeforeEach
    void makeTheContainer() throws IOException {
        direct.delete(StoreContract.save(direct, new ImageId(UUID.randomUUID().toString()), new byte[1]));
    }

    @AfterEach
    void requireAllMemory() {
        assertThat(budget.freeBytes()).as("memory given back").isEqualTo(MEMORY);
    }

    @Override
    protected Store store() {
        return store;
    }

    @Override
    protected Store direct() {
        return direct;
    }

    @Override
    protected String data(boolean announced) {
        return announced ? "PUT " + place : "PUT " + place + image + "-";
    }

    @Override
    protected String commit(boolean announced) {
        return "PUT " + place + image + " ";
    }

    @Override
    protected Set<String> contents() throws IOException {
        Set<String> names = new TreeSet<>();
        direct.listed().forEach(one -> names.add(one.name()));
        return names;
    }
}
