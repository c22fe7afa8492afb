package glance.api.registry;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageAccess;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageStatus;
import glance.image.Page;
import glance.image.Registry;
import glance.image.Scope;
import glance.image.Visibility;
import glance.registry.remote.CommandFailure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Images as upstream's registry lets one caller see and change them: what is visible may be read, what is owned changed, and
 * administrators do either with all. Policy is the business of the API server that asks. One request, one thread.
 */
final class CallerImages {
    /** Rows read at once. */
    private static final int PAGE = 1000;
    /** Images of all lists of one request. */
    private static final int MOST = 10_000;

    /** Of properties, of all lists of one request: many images of the largest size would fill the heap. */
    private static final long MOST_CHARACTERS = 16L << 20;

    /** Of a change that others keep overtaking. */
    private static final int ATTEMPTS = 5;

    private final Registry registry;
    private final Caller caller;
    private final InstantSource clock;
    /** How many more images this request may list. */
    private int room = MOST;

    private long characters = MOST_CHARACTERS;

    CallerImages(Registry registry, Caller caller, InstantSource clock) {
        this.registry = registry;
        this.caller = caller;
        this.clock = clock;
    }

    Caller caller() {
        return caller;
    }

    /**
     * @throws GlanceException.NotFound when it is absent or deleted
     * @throws GlanceException.Forbidden when it is there, but not for this caller
     */
    Image visible(ImageId id) {
        return visible(registry.images().get(id, Scope.EVERYTHING));
    }

    /** As {@link #visible}; administrators are shown deleted ones, too. */
    Image shown(ImageId id) {
        return caller.admin() ? visibleEver(id) : visible(id);
    }

    /** As {@link #visible}, but deleted ones are found, too. */
    Image visibleEver(ImageId id) {
        return visible(registry.images().getEver(id, Scope.EVERYTHING));
    }

    private Image visible(Image image) {
        if (!isVisible(image)) {
            throw new GlanceException.Forbidden("Image " + image.id() + " is not visible to you");
        }
        return image;
    }

    private boolean isVisible(Image image) {
        Scope scope = Scope.of(caller);
        String project = scope.project();
        return scope.reaches(
                image,
                () -> project != null
                        && registry.members().find(image.id(), project).isPresent());
    }

    /**
     * As {@link #visible}, for one who may change it.
     *
     * @throws CommandFailure ForbiddenPublicImage when everybody sees it and another owns it
     * @throws GlanceException.Forbidden when another owns it
     */
    Image mutable(ImageId id) {
        Image image = visible(id);
        if (caller.admin() || image.isOwnedBy(caller.projectId())) {
            return image;
        }
        if (image.visibility() == Visibility.PUBLIC || image.visibility() == Visibility.COMMUNITY) {
            throw CommandFailure.of("ForbiddenPublicImage", "You do not own the public image " + id);
        }
        throw new GlanceException.Forbidden("You do not own image " + id);
    }

    /**
     * @param otherwise the status when none is given
     * @throws GlanceException.Conflict when the id is taken
     */
    Image create(Arguments values, ImageStatus otherwise) {
        return create(new ImageValues(values).created(caller, otherwise, clock.instant()));
    }

    /** As {@link #create}, for the wire on which an image without owner is its creator's. */
    Image createOwned(Arguments values, ImageStatus otherwise) {
        Image image = new ImageValues(values).created(caller, otherwise, clock.instant());
        return create(values.names(Attribute.OWNER.column()) ? image : image.ownedBy(caller.projectId()));
    }

    private Image create(Image image) {
        if (image.status() == ImageStatus.DELETED || image.status() == ImageStatus.PENDING_DELETE) {
            throw new GlanceException.InvalidRequest(
                    "An image cannot begin as " + image.status().wire());
        }
        return registry.images().create(image);
    }

    /**
     * Writes what differs from the image as it is now.
     *
     * @param purge whether properties that are not named go
     * @param from the status it must have, if any
     * @throws GlanceException.Conflict when it has another, or may not become what is asked
     */
    Image update(ImageId id, Arguments values, boolean purge, Optional<ImageStatus> from) {
        Guard status = from.<Guard>map(Guard::statusIs).orElseGet(Guard::always);
        for (int attempt = 1; ; attempt++) {
            Image before = mutable(id);
            ImageChange change = new ImageValues(values).change(before, caller, purge);
            try {
                return registry.images().update(id, change, guarded(status, change, before));
            } catch (GlanceException.Conflict raced) {
                boolean moved =
                        !registry.images().get(id, Scope.EVERYTHING).locations().equals(before.locations());
                if (!moved || attempt == ATTEMPTS) {
                    throw raced;
                }
            }
        }
    }

    /** The difference between two lists of locations is right only for the list it was made from. */
    private static Guard guarded(Guard status, ImageChange change, Image before) {
        boolean touches = !change.addLocations().isEmpty()
                || !change.setLocations().isEmpty()
                || !change.removeLocations().isEmpty();
        return touches ? new Guard.All(List.of(status, new Guard.LocationsAre(before.locations()))) : status;
    }

    /** One change of an image that the caller may change. */
    Image change(ImageId id, ImageChange change) {
        mutable(id);
        return registry.images().update(id, change, Guard.always());
    }

    /**
     * Deletes the row and all below it. The data is the asker's to remove.
     *
     * @return the image as it was
     */
    Image destroy(ImageId id) {
        Image before = mutable(id);
        registry.images().delete(id, Guard.always(), (_, _) -> null);
        return before;
    }

    /** Now, as the registry records it. */
    Instant now() {
        return clock.instant();
    }

    /**
     * The images of a query that are wanted, in its order.
     *
     * @param scope whose images
     * @param limit most of them, if there is one
     * @throws GlanceException.NotFound when the marker is no image, or not one of the caller's
     * @throws GlanceException.LimitExceeded when the request's lists together are longer than an answer may be
     */
    List<Image> list(ImageQuery query, Scope scope, Predicate<Image> wanted, Optional<Integer> limit) {
        int most = Math.min(limit.orElse(Integer.MAX_VALUE), room + 1);
        List<Image> found = new ArrayList<>();
        ImageId marker = query.marker();
        while (found.size() < most) {
            Page<Image> page = page(query.after(marker, Math.min(PAGE, most - found.size())), scope);
            for (Image image : page.items()) {
                if (wanted.test(image)) {
                    found.add(image);
                    characters -= charactersOf(image);
                }
            }
            if (characters < 0) {
                throw new GlanceException.LimitExceeded("The images of one answer hold more than " + MOST_CHARACTERS
                        + " characters of properties; ask for them by smaller pages");
            }
            if (!page.full() || page.items().isEmpty()) {
                break;
            }
            marker = page.items().getLast().id();
        }
        if (found.size() > room) {
            throw new GlanceException.LimitExceeded(
                    "A request lists at most " + MOST + " images; ask for them by pages");
        }
        room -= found.size();
        return found;
    }

    private static long charactersOf(Image image) {
        long sum = 0;
        for (Map.Entry<String, @Nullable String> property : image.properties().entrySet()) {
            String value = property.getValue();
            sum += property.getKey().length() + (value == null ? 0 : value.length());
        }
        return sum;
    }

    private Page<Image> page(ImageQuery query, Scope scope) {
        ImageId marker = query.marker();
        try {
            return registry.images().list(query, scope);
        } catch (GlanceException.InvalidRequest | GlanceException.Forbidden refused) {
            // A query made here has nothing else that could be refused.
            if (marker != null) {
                throw ImageAccess.notFound(marker);
            }
            throw refused;
        }
    }
}
