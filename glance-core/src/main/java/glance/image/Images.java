package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.fault.FailPoint;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.PropertyProtections;
import glance.policy.Target;
import glance.quota.ProjectLimits;
import glance.quota.ProjectLimits.Resource;
import glance.quota.Quotas;
import glance.store.Store;
import glance.store.StoreId;
import glance.store.Stores;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creating, finding and changing images' records. Checks run in the order of the API's contract, since a client can
 * tell it from the codes.
 */
public final class Images {
    private static final Logger LOG = LoggerFactory.getLogger(Images.class);

    /** Attempts to decide on a fresh copy after the guard of a write did not hold, before the conflict is told. */
    private static final int ATTEMPTS = 3;

    private final ImageRepository images;
    private final Stores stores;
    private final ImageAccess access;
    private final Rules rules;
    private final Environment environment;
    private final DataRemoval removal;
    private final StoreReaders readers;
    private final LocationUpkeep upkeep;
    private final LocationDraft.Surroundings locationEditing;

    /** What limits a caller. */
    public record Rules(
            Policy policy,
            Quotas quotas,
            ProjectLimits limits,
            PropertyProtections protections,
            LocationRules locations,
            DeleteConfig deletes) {
        /** With locations that clients cannot change, and data that goes with its image. */
        public Rules(Policy policy, Quotas quotas, ProjectLimits limits, PropertyProtections protections) {
            this(policy, quotas, limits, protections, LocationRules.USUAL, DeleteConfig.AT_ONCE);
        }

        /** Without limits kept in the identity service, nor protected properties. */
        public Rules(Policy policy, Quotas quotas) {
            this(policy, quotas, ProjectLimits.OFF, PropertyProtections.OFF);
        }

        /** The image without the properties that are closed to the caller. */
        Image readable(Image image, Caller caller) {
            SequencedMap<String, @Nullable String> open = protections.readable(image, caller);
            return open.size() == image.properties().size() ? image : image.with(image.tags(), open, image.locations());
        }
    }

    /** How much of a resource a project uses, and may use (-1: any amount), in the resource's unit. */
    public record ResourceUsage(long usage, long limit) {}

    /**
     * What is not ours to decide.
     *
     * @param newIds ids of new images: random UUIDs, lower case
     * @param worker owes the removal of the data of what it deletes
     */
    public record Environment(InstantSource clock, Supplier<String> newIds, Worker worker) {}

    public Images(Registry registry, Stores stores, Rules rules, Environment environment) {
        this.images = registry.images();
        this.stores = stores;
        this.access = new ImageAccess(images, rules.policy());
        this.rules = rules;
        this.environment = environment;
        this.removal = new DataRemoval(registry.journal(), stores, environment.worker());
        this.readers = new StoreReaders(registry, stores);
        this.upkeep = new LocationUpkeep(registry.images(), stores);
        this.locationEditing = new LocationDraft.Surroundings(
                stores,
                new LocationSources(stores),
                rules.locations(),
                rules.deletes(),
                rules.quotas(),
                environment.worker().name());
    }

    /**
     * Records a new, queued image.
     *
     * @throws IOException only from an armed fail point
     */
    public Image create(Caller caller, NewImage request) throws IOException {
        ReadOnly.refuse(caller);
        String owner =
                request.attributes().containsKey(Attribute.OWNER) ? request.text(Attribute.OWNER) : caller.projectId();
        requireMayCreate(caller, request, owner);
        rules.limits().check(caller.projectId(), () -> images.usage(caller.projectId()), Resource.IMAGE_COUNT_TOTAL, 1);
        if (!request.readOnly().isEmpty()) {
            throw new GlanceException.Forbidden(
                    "Attribute '" + request.readOnly().getFirst() + "' is read-only.");
        }
        requireWithinLimits(caller, request);
        Image created = images.create(newImage(request, owner));
        environment.worker().failPoints().pass(FailPoint.CREATE_AFTER_COMMIT);
        LOG.info(
                "image created image={} status={}",
                created.id(),
                created.status().wire());
        return rules.readable(created, caller);
    }

    private void requireMayCreate(Caller caller, NewImage request, @Nullable String owner) {
        Visibility visibility = (Visibility) request.attributes().get(Attribute.VISIBILITY);
        Target target = Target.ofNew(owner, visibility);
        rules.policy().require(caller, Action.ADD_IMAGE, target);
        if (visibility == Visibility.PUBLIC) {
            rules.policy().require(caller, Action.PUBLICIZE_IMAGE, target);
        }
        if (visibility == Visibility.COMMUNITY) {
            rules.policy().require(caller, Action.COMMUNITIZE_IMAGE, target);
        }
    }

    private void requireWithinLimits(Caller caller, NewImage request) {
        Limits limits = new Limits(rules.quotas());
        limits.requireTags(request.tags());
        limits.requireProperties(request.properties().keySet());
        for (String name : request.properties().keySet()) {
            if (!rules.protections().mayCreate(caller, name)) {
                throw new GlanceException.Forbidden("Property '" + name + "' is protected.");
            }
        }
        request.attributes().forEach(Limits::requireStorable);
        request.properties().forEach(Limits::requireStorableProperty);
        Limits.requirePropertyText(request.properties().values());
    }

    private Image newImage(NewImage request, @Nullable String owner) {
        // Microseconds: what every database column holds.
        Instant now = environment.clock().instant().truncatedTo(ChronoUnit.MICROS);
        Visibility visibility = (Visibility) request.attributes().get(Attribute.VISIBILITY);
        Long size = (Long) request.attributes().get(Attribute.SIZE);
        return new Image(
                request.id() == null ? new ImageId(environment.newIds().get()) : request.id(),
                request.text(Attribute.NAME),
                size != null && size == 0 ? ImageStatus.ACTIVE : ImageStatus.QUEUED,
                visibility == null ? Visibility.SHARED : visibility,
                request.flag(Attribute.PROTECTED),
                request.flag(Attribute.OS_HIDDEN),
                owner,
                request.text(Attribute.DISK_FORMAT),
                request.text(Attribute.CONTAINER_FORMAT),
                Limits.minimum(request.attributes().get(Attribute.MIN_DISK)),
                Limits.minimum(request.attributes().get(Attribute.MIN_RAM)),
                size,
                (Long) request.attributes().get(Attribute.VIRTUAL_SIZE),
                request.text(Attribute.CHECKSUM),
                null,
                null,
                now,
                now,
                request.tags(),
                request.properties(),
                List.of());
    }

    /** A page of what the caller may see; images that policy hides are left out, the page stays as full as it was. */
    public Page<Image> list(Caller caller, ImageQuery query) {
        rules.policy().require(caller, Action.GET_IMAGES, Target.ofList(caller));
        Page<Image> page = images.list(answerable(caller, query), Scope.of(caller));
        List<Image> visible = page.items().stream()
                .filter(image -> rules.policy().allows(caller, Action.GET_IMAGE, Target.of(image, caller)))
                .map(image -> rules.readable(image, caller))
                .toList();
        return new Page<>(visible, page.full());
    }

    /** A property that is closed to the caller matches nothing: by matching it would tell its value. */
    private ImageQuery answerable(Caller caller, ImageQuery query) {
        return query.withFilters(query.filters().stream()
                .map(filter -> filter instanceof ImageQuery.Filter.Property property
                                && !rules.protections().mayRead(caller, property.name())
                        ? new ImageQuery.Filter.Nothing()
                        : filter)
                .toList());
    }

    /** What the caller's project uses of each limited resource; empty while there are no limits. */
    public Map<Resource, ResourceUsage> usage(Caller caller) {
        Map<Resource, ResourceUsage> all = new EnumMap<>(Resource.class);
        if (rules.limits().areInForce()) {
            ImageRepository.Usage used = images.usage(caller.projectId());
            for (Resource resource : Resource.values()) {
                long limit = rules.limits().limit(caller.projectId(), resource);
                all.put(resource, new ResourceUsage(resource.of(used), limit));
            }
        }
        return all;
    }

    /** One image. */
    public Image show(Caller caller, ImageId id) {
        return rules.readable(upkeep.refreshed(access.require(caller, id, Action.GET_IMAGE)), caller);
    }

    /** As {@link #show}; administrators see deleted images, too, as API v1 shows them. */
    public Image showEver(Caller caller, ImageId id) {
        Image image = access.reachEver(caller, id);
        access.require(caller, image, Action.GET_IMAGE);
        return rules.readable(image, caller);
    }

    /** The recorded locations, for services; who may see the image is not asked unless the rule denies. */
    public List<ImageLocation> locations(Caller caller, ImageId id) {
        Image image = upkeep.refreshed(access.require(caller, id, Action.FETCH_IMAGE_LOCATION));
        return stores.shown(image.locations());
    }

    /**
     * Applies all edits in order, or none. No edits change nothing, not even {@code updated_at}.
     *
     * @throws GlanceException.Unavailable also when all is recorded, but a store was not told who may read the data now
     * @throws IOException only from an armed fail point
     */
    public Image update(Caller caller, ImageId id, List<ImageEdit> edits) throws IOException {
        ReadOnly.refuse(caller);
        if (edits.isEmpty()) {
            return show(caller, id);
        }
        List<DataIntent> owed = new ArrayList<>();
        Image updated = decideAndWrite(caller, id, image -> {
            ImageDraft draft = new ImageDraft(upkeep.refreshed(image), caller, access, rules, locationEditing);
            edits.forEach(draft::apply);
            Decided decided = draft.decided();
            if (!rules.deletes().delayed()) {
                removal.beforehand(id, draft.givenUp());
            }
            owed.clear();
            owed.addAll(decided.change().opens());
            return decided;
        });
        for (DataIntent intent : owed) {
            removal.owed(caller, intent);
        }
        readers.follow(caller, id);
        return rules.readable(updated, caller);
    }

    /**
     * Removes an image's data from one of its stores.
     *
     * @throws GlanceException.NotFound when there is one store only, or the image has no data in that store
     * @throws GlanceException.Conflict when there is no such store, the image is not active, or its data there is in use
     * @throws GlanceException.Forbidden when it is the image's last data
     * @throws IOException only from an armed fail point
     */
    public void deleteFrom(Caller caller, StoreId store, ImageId id) throws IOException {
        ReadOnly.refuse(caller);
        if (stores.mode() == Stores.Mode.SINGLE) {
            throw new GlanceException.NotFound("This server does not have several stores.");
        }
        if (stores.configured(store).isEmpty()) {
            throw new GlanceException.Conflict("There is no store '" + store + "'");
        }
        List<DataIntent> owed = new ArrayList<>();
        var _ = decideAndWrite(caller, id, image -> {
            access.require(caller, image, Action.GET_IMAGE_LOCATION);
            access.require(caller, image, Action.DELETE_IMAGE_LOCATION);
            ImageLocation location = requireCopy(image, store);
            boolean delayed = rules.deletes().delayed();
            ImageChange.Builder change = ImageChange.builder();
            stores.inOrder(image.locations()).stream()
                    .filter(one -> isSamePlace(one, location))
                    .forEach(one -> change.removeLocation(
                            one.id(), delayed ? ImageLocation.PENDING_DELETE : ImageLocation.DELETED));
            owed.clear();
            if (!delayed) {
                removal.beforehand(id, List.of(location));
                DataIntent discard =
                        stores.discard(id, location, environment.worker().name());
                if (discard != null) {
                    change.opens(discard);
                    owed.add(discard);
                }
            }
            return new Decided(
                    change.build(),
                    new Guard.All(List.of(
                            new Guard.StatusIs(Set.of(ImageStatus.ACTIVE)),
                            new Guard.LocationsAre(image.locations()))));
        });
        LOG.info("image data removed from a store image={} store={}", id, store);
        for (DataIntent intent : owed) {
            removal.owed(caller, intent);
        }
    }

    /** The image's data in that store, which must not be its last. */
    private ImageLocation requireCopy(Image image, StoreId store) {
        if (image.status() != ImageStatus.ACTIVE) {
            throw new GlanceException.Conflict("Image " + image.id() + " has status "
                    + image.status().wire() + "; data is removed from a store of active images only");
        }
        List<ImageLocation> locations = stores.inOrder(image.locations());
        if (locations.stream().allMatch(one -> isSamePlace(one, locations.getFirst()))) {
            throw new GlanceException.Forbidden(
                    "Image " + image.id() + " has data in one place only, which cannot be removed");
        }
        return locations.stream()
                .filter(location -> stores.holding(location.at())
                        .map(Store::id)
                        .filter(store::equals)
                        .isPresent())
                .findFirst()
                .orElseThrow(() ->
                        new GlanceException.NotFound("Image " + image.id() + " has no data in store '" + store + "'"));
    }

    /** Be it recorded more than once, with other metadata. */
    private static boolean isSamePlace(ImageLocation one, ImageLocation other) {
        return one.at().url().equals(other.at().url());
    }

    /** Adds a tag; one that is there already changes nothing. */
    public void addTag(Caller caller, ImageId id, String tag) {
        ReadOnly.refuse(caller);
        decideAndWrite(caller, id, image -> {
            access.require(caller, image, Action.MODIFY_IMAGE);
            if (image.tags().contains(tag)) {
                return Decided.NOTHING;
            }
            Limits.requireStorableTag(tag);
            new Limits(rules.quotas()).requireTagCount(image.tags().size() + 1);
            return new Decided(ImageChange.builder().addTag(tag).build(), Guard.always());
        });
    }

    /**
     * Removes the first of {@code spellings} that is there.
     *
     * @throws GlanceException.NotFound when none is
     */
    public void removeTag(Caller caller, ImageId id, List<String> spellings) {
        ReadOnly.refuse(caller);
        decideAndWrite(caller, id, image -> {
            access.require(caller, image, Action.MODIFY_IMAGE);
            String present = spellings.stream()
                    .filter(image.tags()::contains)
                    .findFirst()
                    .orElseThrow(
                            () -> new GlanceException.NotFound("Image " + id + " has no tag " + spellings.getFirst()));
            return new Decided(ImageChange.builder().removeTag(present).build(), Guard.always());
        });
    }

    /** Bars the data for all but administrators; done already is no error. */
    public void deactivate(Caller caller, ImageId id) {
        move(caller, id, Action.DEACTIVATE, ImageStatus.ACTIVE, ImageStatus.DEACTIVATED);
    }

    /** Undoes {@link #deactivate}; done already is no error. */
    public void reactivate(Caller caller, ImageId id) {
        move(caller, id, Action.REACTIVATE, ImageStatus.DEACTIVATED, ImageStatus.ACTIVE);
    }

    private void move(Caller caller, ImageId id, Action action, ImageStatus from, ImageStatus to) {
        ReadOnly.refuse(caller);
        decideAndWrite(caller, id, image -> {
            access.require(caller, image, action);
            if (image.status() == to) {
                return Decided.NOTHING;
            }
            if (image.status() != from) {
                throw new GlanceException.Forbidden("Image " + id + " has status "
                        + image.status().wire() + "; " + action.rule() + " needs status " + from.wire());
            }
            return new Decided(ImageChange.status(to), Guard.statusIs(from));
        });
    }

    /** Gives a queued image up, whose data will not come; one that is not queued any more stays as it is. */
    public void kill(Caller caller, ImageId id) {
        ReadOnly.refuse(caller);
        access.require(caller, id, Action.UPLOAD_IMAGE);
        try {
            images.update(id, ImageChange.status(ImageStatus.KILLED), Guard.statusIs(ImageStatus.QUEUED));
            LOG.info("image status changed image={} from=queued to=killed", id);
        } catch (GlanceException.NotFound | GlanceException.Conflict moved) {
            LOG.debug("image is not queued any more image={}", id);
        }
    }

    /**
     * Deletes the record, then the data, unless that is left to the scrubber. A store that fails then does not fail the
     * request: the journal remembers what is owed, and it is tried again. A store whose data others may use is asked first.
     *
     * @throws GlanceException.Conflict when something uses the data; the image stays
     * @throws IOException only from an armed fail point
     */
    public void delete(Caller caller, ImageId id) throws IOException {
        ReadOnly.refuse(caller);
        List<DataIntent> owed = deleteRecord(caller, id);
        LOG.info("image deleted image={} locations={}", id, owed.size());
        environment.worker().failPoints().pass(FailPoint.DELETE_BEFORE_DATA);
        for (DataIntent intent : owed) {
            removal.owed(caller, intent);
        }
    }

    private List<DataIntent> deleteRecord(Caller caller, ImageId id) {
        for (int attempt = 1; ; attempt++) {
            Image image = access.require(caller, id, Action.DELETE_IMAGE);
            if (image.isProtected()) {
                throw new GlanceException.Forbidden("Image " + id + " is protected and cannot be deleted.");
            }
            if (rules.deletes().delayed()) {
                images.retire(id, new Guard.NotProtected());
                return List.of();
            }
            Reclaimed reclaimed = removal.beforehand(id, image.locations());
            try {
                return images.delete(
                        id,
                        new Guard.NotProtected(),
                        (of, location) -> stores.discard(
                                of, location, environment.worker().name()));
            } catch (GlanceException refused) {
                reclaimed.giveBack();
                if (attempt == ATTEMPTS || !(refused instanceof GlanceException.Conflict)) {
                    throw refused;
                }
            }
        }
    }

    /** What a decision writes, and what must still hold then. */
    record Decided(ImageChange change, Guard guard) {
        static final Decided NOTHING = new Decided(ImageChange.builder().build(), Guard.always());
    }

    /** Looks at the image as it is now; refuses by throwing. */
    @FunctionalInterface
    private interface Decision {
        Decided on(Image image);
    }

    /** Decides on a fresh copy, writes under the decision's guard, and decides again when the guard did not hold. */
    private Image decideAndWrite(Caller caller, ImageId id, Decision decision) {
        for (int attempt = 1; ; attempt++) {
            Image before = access.reach(caller, id);
            Decided decided = decision.on(before);
            if (decided.change().isEmpty()) {
                return before;
            }
            try {
                Image after = images.update(id, decided.change(), decided.guard());
                if (after.status() != before.status()) {
                    LOG.info(
                            "image status changed image={} from={} to={}",
                            id,
                            before.status().wire(),
                            after.status().wire());
                }
                return after;
            } catch (GlanceException.Conflict raced) {
                if (attempt == ATTEMPTS) {
                    throw raced;
                }
                LOG.debug("image changed under a request, deciding again image={} attempt={}", id, attempt);
            }
        }
    }
}
