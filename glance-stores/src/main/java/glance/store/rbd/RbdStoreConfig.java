package glance.store.rbd;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What an RBD store is told.
 *
 * @param user without {@code client.}; null leaves the choice to librados
 * @param cephConfiguration null for librados' search
 * @param order an image's objects have 2 to this power bytes
 * @param thin whether objects of zeros are left out
 * @param connectTimeout librados' time-outs in seconds, 0 for none; empty leaves them to ceph.conf
 * @param callTimeout how long a call to the cluster may go unanswered
 */
record RbdStoreConfig(
        String pool,
        @Nullable String user,
        @Nullable String cephConfiguration,
        int order,
        boolean thin,
        OptionalLong connectTimeout,
        Duration callTimeout) {
    private static final int MIB_ORDER = 20;

    static final Option<String> POOL =
            Option.text("rbd_store_pool").orElse("images").help("Pool of the images; it must exist.");
    static final Option<String> USER = Option.text("rbd_store_user")
            .reloadable()
            .help(
                    "Ceph user without 'client.', whose key is in a keyring ceph.conf names; not set: librados' choice, admin.");
    static final Option<String> CEPH_CONF = Option.text("rbd_store_ceph_conf")
            .reloadable()
            .orElse("")
            .help("Ceph configuration file; empty: where librados looks, e.g. /etc/ceph/ceph.conf.");
    static final Option<Integer> CHUNK_SIZE = Option.integer("rbd_store_chunk_size")
            .atLeast(1)
            .atMost(32)
            .orElse(8)
            .help("MiB of an image's objects, down to a power of two.");
    static final Option<Integer> CONNECT_TIMEOUT = Option.integer("rados_connect_timeout")
            .orElse(-1)
            .help(
                    "Seconds after which librados gives up connecting and every operation, 0: never; less: as ceph.conf says. "
                            + "See rbd_store_call_timeout for what does not break librbd's own work.");
    static final Option<Boolean> THIN = Option.flag("rbd_thin_provisioning")
            .orElse(false)
            .help("Do not write objects that would hold nothing but zeros.");
    static final Option<Integer> CALL_TIMEOUT = Option.integer("rbd_store_call_timeout")
            .atLeast(1)
            .atMost(3600)
            .orElse(30)
            .help("Seconds a call to the cluster may go unanswered before a request is answered 503.");

    /** The options, the same in every section an RBD store is configured in. */
    static final List<Option<?>> OPTIONS =
            List.of(POOL, USER, CEPH_CONF, CHUNK_SIZE, CONNECT_TIMEOUT, THIN, CALL_TIMEOUT);

    static OptionGroup options(String section) {
        return new OptionGroup(section, "The RBD store.", OPTIONS);
    }

    static RbdStoreConfig from(Section section) {
        int timeout = section.get(CONNECT_TIMEOUT);
        int chunkMib = section.get(CHUNK_SIZE);
        return new RbdStoreConfig(
                section.get(POOL),
                section.find(USER)
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .orElse(null),
                section.find(CEPH_CONF)
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .orElse(null),
                MIB_ORDER + Integer.SIZE - 1 - Integer.numberOfLeadingZeros(chunkMib),
                section.get(THIN),
                timeout < 0 ? OptionalLong.empty() : OptionalLong.of(timeout),
                Duration.ofSeconds(section.get(CALL_TIMEOUT)));
    }

    int objectBytes() {
        return 1 << order;
    }

    /** Who we are to the cluster, for messages. */
    String who() {
        return "client." + (user == null ? "admin" : user)
                + (cephConfiguration == null ? "" : " by " + cephConfiguration);
    }
}
