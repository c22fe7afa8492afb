package glance.testkit.registry;

import glance.error.GlanceException;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberGrant;
import glance.image.MemberRepository;
import glance.image.MemberStatus;
import glance.image.Scope;
import glance.quota.Quotas;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Memberships; a removed one stays as a row that is not live. */
final class MemoryMembers implements MemberRepository {
    private record Row(ImageMember member, boolean live) {}

    private final Object lock;
    private final InstantSource clock;
    private final Map<ImageId, SequencedMap<String, Row>> rows = new HashMap<>();
    private @Nullable MemoryImages images;

    MemoryMembers(Object lock, InstantSource clock) {
        this.lock = lock;
        this.clock = clock;
    }

    /** The images these are members of; given once, right after construction. */
    void of(MemoryImages given) {
        images = given;
    }

    @Override
    public List<ImageMember> list(ImageId image) {
        synchronized (lock) {
            return rowsOf(image).values().stream()
                    .filter(Row::live)
                    .map(Row::member)
                    .toList();
        }
    }

    @Override
    public Optional<ImageMember> find(ImageId image, String member) {
        synchronized (lock) {
            return Optional.ofNullable(rowsOf(image).get(member))
                    .filter(Row::live)
                    .map(Row::member);
        }
    }

    @Override
    public ImageMember add(ImageId image, String member, int quota) {
        synchronized (lock) {
            if (images == null || !images.isLive(image)) {
                throw new GlanceException.NotFound("No image found with ID " + image);
            }
            Row former = rowsOf(image).get(member);
            if (former != null && former.live()) {
                throw new GlanceException.Conflict(
                        "Project '" + member + "' is a member of image " + image + " already");
            }
            requireQuota(image, list(image).size() + 1, quota);
            return enter(image, member, false);
        }
    }

    private ImageMember enter(ImageId image, String member, boolean canShare) {
        Row former = rowsOf(image).get(member);
        Instant now = now();
        Instant createdAt = former == null ? now : former.member().createdAt();
        ImageMember added = new ImageMember(image, member, MemberStatus.PENDING, canShare, createdAt, now);
        rowsOf(image).put(member, new Row(added, true));
        return added;
    }

    private static void requireQuota(ImageId image, int count, int quota) {
        if (Quotas.exceeds(count, quota)) {
            throw new GlanceException.LimitExceeded(
                    "The limit of " + quota + " members of image " + image + " is reached");
        }
    }

    @Override
    public void share(ImageId image, List<MemberGrant> grants, boolean alone, int quota) {
        synchronized (lock) {
            if (images == null || !images.isLive(image)) {
                throw new GlanceException.NotFound("No image found with ID " + image);
            }
            requireQuota(image, alone ? grants.size() : list(image).size() + 1, quota);
            if (alone) {
                list(image).stream()
                        .map(ImageMember::member)
                        .filter(member -> grants.stream()
                                .noneMatch(grant -> grant.member().equals(member)))
                        .forEach(member -> remove(image, member));
            }
            grants.forEach(grant -> share(image, grant));
        }
    }

    private void share(ImageId image, MemberGrant grant) {
        ImageMember before = find(image, grant.member()).orElse(null);
        if (before == null) {
            enter(image, grant.member(), grant.canShareAfter(false));
        } else if (grant.canShareAfter(before.canShare()) != before.canShare()) {
            ImageMember after = new ImageMember(
                    image, before.member(), before.status(), !before.canShare(), before.createdAt(), now());
            rowsOf(image).put(before.member(), new Row(after, true));
        }
    }

    @Override
    public List<ImageMember> of(String member, @Nullable String owner, int limit) {
        synchronized (lock) {
            return rows.keySet().stream()
                    .filter(image -> images != null && images.isLive(image))
                    .filter(image -> owner == null
                            || (images != null
                                    && images.get(image, Scope.EVERYTHING).isOwnedBy(owner)))
                    .sorted(Comparator.comparing(ImageId::value))
                    .flatMap(image -> find(image, member).stream())
                    .limit(limit)
                    .toList();
        }
    }

    @Override
    public ImageMember setStatus(ImageId image, String member, MemberStatus status) {
        synchronized (lock) {
            ImageMember before = require(image, member);
            ImageMember after = new ImageMember(image, member, status, before.canShare(), before.createdAt(), now());
            rowsOf(image).put(member, new Row(after, true));
            return after;
        }
    }

    @Override
    public void remove(ImageId image, String member) {
        synchronized (lock) {
            rowsOf(image).put(member, new Row(require(image, member), false));
        }
    }

    void removeAll(ImageId image) {
        rowsOf(image).replaceAll((member, row) -> new Row(row.member(), false));
    }

    private ImageMember require(ImageId image, String member) {
        return find(image, member)
                .orElseThrow(() ->
                        new GlanceException.NotFound("Project '" + member + "' is not a member of image " + image));
    }

    private SequencedMap<String, Row> rowsOf(ImageId image) {
        return rows.computeIfAbsent(image, id -> new LinkedHashMap<>());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
