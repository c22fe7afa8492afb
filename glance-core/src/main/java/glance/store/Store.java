package glance.store;

import glance.image.ImageId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A place image data lives. Drivers move bytes and nothing else. Thread-safe; one instance per configured store. */
public interface Store extends AutoCloseable {
    StoreId id();

    /** URL schemes whose locations this store reads, e.g. {@code file} and {@code filesystem}. */
    Set<String> schemes();

    /**
     * What administrators are told of its configuration at {@code /v2/info/stores/detail}, in upstream's names: text,
     * numbers and flags, in the order shown; null where something is unknown. Never a secret.
     */
    default Map<String, @Nullable Object> properties() {
        return Map.of();
    }

    /** What it can do; anything else throws {@link StoreException.Unsupported}. */
    Set<Capability> capabilities();

    /**
     * Where {@link #create} will put the data of {@code image}, as far as that is known before writing; recorded first,
     * so that a crash leaves a trail to the bytes. Several candidates when the choice is made on writing.
     */
    Set<StoreLocation> candidates(ImageId image);

    /**
     * Begins to write an image's data.
     *
     * @param size bytes, when announced; used for placing, verified by the caller
     * @throws StoreException.AlreadyExists when data for this image is there already
     */
    WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException;

    /** Opens a slice; missing data fails here, not mid-stream. A range past the end is {@link StoreException.NotFound}. */
    Payload open(StoreLocation location, ByteRange range) throws StoreException;

    /** Opens all there is. The payload need not know its length where the store does not before the end. */
    default Payload open(StoreLocation location) throws StoreException {
        return open(location, ByteRange.whole(size(location)));
    }

    /**
     * Whether a location that names no store is this one's: by scheme, and by path, container or pool where several
     * stores share a scheme.
     */
    default boolean holds(StoreLocation location) {
        return schemes().contains(location.scheme());
    }

    /** The location as this store writes it today: what older releases wrote otherwise is rewritten as it is read. */
    default StoreLocation current(StoreLocation location) {
        return location;
    }

    /**
     * Bytes stored there.
     *
     * @throws StoreException.Unsupported when that cannot be told before all are read
     */
    long size(StoreLocation location) throws StoreException;

    /**
     * Removes the data, durably, and whatever is half-written for it, so that a writer which has not committed yet cannot
     * any more. Was any data there? Twice is not an error.
     */
    boolean delete(StoreLocation location) throws StoreException;

    /** Removes what a crashed predecessor of this worker left half-written; says how many leftovers. */
    int sweep() throws StoreException;

    /** Cheap, and honest: would a small write work now? */
    Health health();

    /** An ability that only some stores have, e.g. {@link Inventory}; asked like this since a store may stand behind others. */
    default <A> Optional<A> ability(Class<A> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    void close();
}
