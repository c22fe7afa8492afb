package glance.store.swift;

import glance.image.ImageId;
import glance.store.StoreException;
import glance.store.StoreLocation;
import java.util.Map;
import java.util.Optional;

/** Where images lie, and with whose rights they are reached. */
interface SwiftPlaces {
    /**
     * A place for an image.
     *
     * @param location as it is recorded
     */
    record Place(SwiftClient.Target target, StoreLocation location) {}

    /** Where new data goes; empty when there is no account for it. Nothing is asked. */
    Optional<Place> ofNew(ImageId image);

    /**
     * What a recorded location leads to.
     *
     * @throws StoreException.NotFound when its URL is none
     */
    SwiftClient.Target at(StoreLocation location) throws StoreException;

    /** Whether a location that names no store lies here. */
    boolean holds(StoreLocation location);

    /** Whether a container holds a single image, and goes with it. */
    boolean containerPerImage();

    /** What new containers are made with. */
    Map<String, String> containerHeaders();
}
