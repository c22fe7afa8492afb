package glance.store.swift;

import glance.config.Configuration;
import glance.store.StoreId;
import glance.store.remote.PartBudget;
import glance.testkit.store.ObjectServer;
import java.time.InstantSource;

/** Swift stores as tests want them. */
final class SwiftStores {
    static final PartBudget BUDGET = new PartBudget(128 << 20);

    private SwiftStores() {}

    /** A store in a container of its own, which it makes when needed. */
    static SwiftStore fresh(ObjectServer server, String... more) {
        return open(server, server.freshName(), more);
    }

    static SwiftStore open(ObjectServer server, String container, String... more) {
        return sharing(BUDGET, server, container, more);
    }

    /** With memory of its own. */
    static SwiftStore sharing(PartBudget budget, ObjectServer server, String container, String... more) {
        return driven(new SwiftDriver(budget, InstantSource.system()), account(server, container, more));
    }

    /** Options that lead into the server's account. */
    static String account(ObjectServer server, String container, String... more) {
        return """
                swift_store_auth_address = %s
                swift_store_user = %s
                swift_store_key = %s
                swift_store_container = %s
                swift_store_create_container_on_put = true
                %s
                """.formatted(
                        server.fact("IDENTITY_URL"),
                        server.fact("USER"),
                        server.fact("KEY"),
                        container,
                        String.join("\n", more));
    }

    static SwiftStore open(String options) {
        return driven(new SwiftDriver(BUDGET, InstantSource.system()), options);
    }

    /** As {@code driver} makes it. */
    static SwiftStore driven(SwiftDriver driver, String options) {
        return (SwiftStore) driver.open(
                new StoreId("swift"),
                Configuration.ofText("[glance_store]\n" + options).section("glance_store"));
    }
}
