package glance.testkit.registry;

import glance.error.GlanceException;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberRepository;
import glance.image.MemberStatus;
import glance.quota.Quotas;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
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
            int count = list(image).size() + 1;
            if (Quotas.exceeds(count, quota)) {
                throw new GlanceException.LimitExceeded(
                        "The limit of " + quota + " members of image " + image + " is reached");
            }
            Instant now = now();
            Instant createdAt = former == null ? now : former.member().createdAt();
            ImageMember added = new ImageMember(image, member, MemberStatus.PENDING, false, createdAt, now);
            rowsOf(image).put(member, new Row(added, true));
            return added;
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
