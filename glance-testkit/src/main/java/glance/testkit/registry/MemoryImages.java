package glance.testkit.registry;

import glance.error.GlanceException;
import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Population;
import glance.image.ImageRepository;
import glance.image.ImageStatus;
import glance.image.ImageUpdate;
import glance.image.Page;
import glance.image.Scope;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Live images, and what stays of deleted ones, whose ids stay taken. */
final class MemoryImages implements ImageRepository {
    private final Object lock;
    private final InstantSource clock;
    private final MemoryMembers members;
    private final MemoryJournal journal;
    private final Map<ImageId, Image> live = new HashMap<>();
    private final Map<ImageId, Image> deleted = new HashMap<>();
    /** Images with locations given up whose data is left to the scrubber. */
    private final Set<ImageId> awaiting = new HashSet<>();

    private long lastLocation;

    MemoryImages(Object lock, InstantSource clock, MemoryMembers members, MemoryJournal journal) {
        this.lock = lock;
        this.clock = clock;
        this.members = members;
        this.journal = journal;
    }

    @Override
    public Image get(ImageId id, Scope scope) {
        synchronized (lock) {
            Image image = require(id);
            if (!reaches(scope, image)) {
                throw notFound(id);
            }
            return image;
        }
    }

    @Override
    public Image getEver(ImageId id, Scope scope) {
        synchronized (lock) {
            Image image = ever(id);
            if (image == null || !reaches(scope, image)) {
                throw notFound(id);
            }
            return image;
        }
    }

    private @Nullable Image ever(ImageId id) {
        Image image = live.get(id);
        return image == null ? deleted.get(id) : image;
    }

    @Override
    public Page<Image> list(ImageQuery query, Scope scope) {
        synchronized (lock) {
            Comparator<Image> order = ListRules.order(query.sort(), Comparator.naturalOrder());
            Image marker = marker(query, scope);
            ListRules rules = new ListRules(query, scope, members::list);
            List<Image> found = Stream.concat(live.values().stream(), deleted.values().stream())
                    .filter(rules::matches)
                    .filter(image -> marker == null || order.compare(image, marker) > 0)
                    .sorted(order)
                    .limit(query.limit())
                    .toList();
            return new Page<>(found, query.limit() > 0 && found.size() == query.limit());
        }
    }

    private @Nullable Image marker(ImageQuery query, Scope scope) {
        ImageId id = query.marker();
        if (id == null) {
            return null;
        }
        Image image = query.population() == Population.EVER ? ever(id) : live.get(id);
        if (image == null) {
            throw new GlanceException.InvalidRequest("Invalid marker: no image has this ID");
        }
        if (!reaches(scope, image)) {
            throw new GlanceException.Forbidden("Invalid marker: the image is not visible to this project");
        }
        return image;
    }

    private boolean reaches(Scope scope, Image image) {
        String project = scope.project();
        return scope.reaches(
                image,
                () -> project != null && members.find(image.id(), project).isPresent());
    }

    @Override
    public Image create(Image image) {
        ImageUpdate.requireNew(image);
        synchronized (lock) {
            if (live.containsKey(image.id()) || deleted.containsKey(image.id())) {
                throw new GlanceException.Conflict("Image ID " + image.id() + " already exists!");
            }
            Image recorded = numbered(image).asRecorded();
            live.put(image.id(), recorded);
            return recorded;
        }
    }

    @Override
    public Image update(ImageId id, ImageChange change, Guard guard) {
        synchronized (lock) {
            Image after = ImageUpdate.apply(require(id), change, guard, clock.instant());
            if (!change.closes().stream().allMatch(journal::isOpen)) {
                throw new GlanceException.Conflict("The data of image " + id + " was taken over by another worker");
            }
            Image recorded = numbered(after).asRecorded();
            live.put(id, recorded);
            if (change.removeLocations().containsValue(ImageLocation.PENDING_DELETE)) {
                awaiting.add(id);
            }
            change.closes().forEach(journal::close);
            change.opens().forEach(journal::open);
            return recorded;
        }
    }

    private Image numbered(Image image) {
        List<ImageLocation> numbered = new ArrayList<>();
        for (ImageLocation location : image.locations()) {
            numbered.add(
                    location.id() != 0
                            ? location
                            : new ImageLocation(++lastLocation, location.at(), location.status()));
        }
        return image.with(image.tags(), image.properties(), numbered);
    }

    @Override
    public List<DataIntent> delete(ImageId id, Guard guard, IntentOf owner) {
        synchronized (lock) {
            Image image = require(id);
            ImageUpdate.require(image, guard);
            List<DataIntent> opened = new ArrayList<>();
            for (ImageLocation location : image.locations()) {
                DataIntent intent = owner.discard(id, location);
                if (intent != null) {
                    opened.add(intent);
                }
            }
            opened.forEach(journal::open);
            bury(image, awaiting.contains(id));
            return opened;
        }
    }

    @Override
    public void retire(ImageId id, Guard guard) {
        synchronized (lock) {
            Image image = require(id);
            ImageUpdate.require(image, guard);
            bury(image, awaiting.contains(id) || !image.locations().isEmpty());
        }
    }

    private void bury(Image image, boolean hasData) {
        live.remove(image.id());
        deleted.put(
                image.id(),
                image.asDeleted(
                                ImageUpdate.later(image.updatedAt(), clock.instant()),
                                hasData ? ImageStatus.PENDING_DELETE : ImageStatus.DELETED)
                        .asRecorded());
        members.removeAll(image.id());
    }

    @Override
    public List<ImageId> withStatus(ImageStatus status) {
        synchronized (lock) {
            return live.values().stream()
                    .filter(image -> image.status() == status)
                    .sorted(Comparator.comparing(Image::createdAt)
                            .thenComparing(image -> image.id().value()))
                    .map(Image::id)
                    .toList();
        }
    }

    @Override
    public Usage usage(@Nullable String owner) {
        synchronized (lock) {
            List<Image> owned = live.values().stream()
                    .filter(image -> owner != null && image.isOwnedBy(owner) && image.status() != ImageStatus.KILLED)
                    .toList();
            long stored = 0;
            long staged = 0;
            long uploading = 0;
            for (Image image : owned) {
                long size = image.size() == null ? 0 : image.size();
                stored += size * image.locations().size();
                String copying = image.properties().get("os_glance_importing_to_stores");
                boolean isCopying = copying != null && !copying.isEmpty();
                boolean isStaged = image.status() == ImageStatus.UPLOADING || image.status() == ImageStatus.IMPORTING;
                staged += isStaged || isCopying ? size : 0;
                uploading += isStaged || isCopying || image.status() == ImageStatus.SAVING ? 1 : 0;
            }
            return new Usage(stored, staged, owned.size(), uploading);
        }
    }

    boolean isLive(ImageId id) {
        return live.containsKey(id);
    }

    private Image require(ImageId id) {
        Image image = live.get(id);
        if (image == null) {
            throw notFound(id);
        }
        return image;
    }

    private static GlanceException.NotFound notFound(ImageId id) {
        return new GlanceException.NotFound("No image found with ID " + id);
    }
}
