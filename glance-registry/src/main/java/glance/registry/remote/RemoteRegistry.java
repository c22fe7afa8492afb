package glance.registry.remote;

import glance.error.GlanceException;
import glance.image.DataJournal;
import glance.image.ImageRepository;
import glance.image.MemberRepository;
import glance.image.Registry;
import glance.metadef.MetadefRepository;
import glance.store.Health;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The metadata store behind {@code glance-registry}. Thread-safe; holds nothing but its line. */
public final class RemoteRegistry implements Registry {
    private final RegistryLine line;
    private final ImageRepository images = new RemoteImages(this);
    private final MemberRepository members = new RemoteMembers(this);
    private final DataJournal journal = new RemoteJournal(this);
    private final MetadefRepository metadefs = new RemoteMetadefs(this);

    /** @param line closed with the registry */
    public RemoteRegistry(RegistryLine line) {
        this.line = line;
    }

    /** The batch that {@link #health} sends. */
    public static byte[] healthQuestion() {
        return RegistryJson.batch(new RegistryCall.CheckHealth());
    }

    @Override
    public ImageRepository images() {
        return images;
    }

    @Override
    public MemberRepository members() {
        return members;
    }

    @Override
    public DataJournal journal() {
        return journal;
    }

    /** Metadata definitions. */
    public MetadefRepository metadefs() {
        return metadefs;
    }

    @Override
    public Health health() {
        try {
            return one(new RegistryCall.CheckHealth(), Health.class);
        } catch (GlanceException unreachable) {
            return Health.down("registry: " + unreachable.reason());
        }
    }

    @Override
    public void close() {
        line.close();
    }

    /** The result of a call that always has one. */
    <T> T one(RegistryCall call, Class<T> type) {
        return required(call, Shape.of(type));
    }

    /** The results of a call that gives a list. */
    <T> List<T> many(RegistryCall call, Class<T> type) {
        return required(call, Shape.listOf(type));
    }

    <T> T required(RegistryCall call, Shape<T> shape) {
        T result = found(call, shape);
        if (result == null) {
            throw RegistryJson.malformed(null);
        }
        return result;
    }

    <T> @Nullable T found(RegistryCall call, Shape<T> shape) {
        return RegistryJson.result(line.post(RegistryJson.batch(call)), shape);
    }

    /** A call that gives nothing. */
    void run(RegistryCall call) {
        Object _ = found(call, Shape.ANYTHING);
    }
}
