package glance.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.fault.FailPoints;
import glance.format.ImageFormats;
import glance.format.ImageFormats.Matching;
import glance.image.Attribute;
import glance.image.DataRange;
import glance.image.Downloads;
import glance.image.ImageAccess;
import glance.image.ImageEdit;
import glance.image.ImageId;
import glance.image.Images;
import glance.image.Members;
import glance.image.NewImage;
import glance.image.StoreReaders;
import glance.image.UploadRequest;
import glance.image.Uploads;
import glance.image.Visibility;
import glance.image.Worker;
import glance.image.transfer.HashAlgorithm;
import glance.image.transfer.Transfer;
import glance.policy.Policy;
import glance.policy.RulePolicy;
import glance.quota.Quotas;
import glance.store.ByteRange;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.Stores;
import glance.testkit.registry.MemoryRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The use cases over a store that keeps data in callers' own accounts. */
class TenantStoreTest {
    private static final Caller OWNER = Caller.of("u-owner", "p-owner", Set.of("member", "reader"), false);
    private static final Caller OTHER = Caller.of("u-other", "p-other", Set.of("member", "reader"), false);
    private static final Caller ADMIN = Caller.of("root", "p-admin", Set.of("admin", "member", "reader"), true);
    private static final byte[] DATA = {1, 2, 3};

    private final MemoryRegistry registry = new MemoryRegistry();
    private final AccountStore accounts = new AccountStore(new StoreId("accounts"));
    private final Stores stores = Stores.of(accounts);
    private final Policy policy = RulePolicy.builtIn();
    private final Quotas quotas = new Quotas(1L << 40, 0, 128, 128, 128, 10);
    private final Images.Rules rules = new Images.Rules(policy, quotas);
    private final Worker worker = new Worker("test", FailPoints.INERT);
    private final ImageAccess access = new ImageAccess(registry.images(), policy);
    private final StoreReaders readers = new StoreReaders(registry, stores);
    private final Members members = new Members(registry, access, rules, readers);
    private final Transfer transfer = new Transfer(HashAlgorithm.SHA512);
    private final Images images = new Images(
            registry,
            stores,
            rules,
            new Images.Environment(
                    InstantSource.system(), () -> UUID.randomUUID().toString(), worker));
    private final Uploads uploads = new Uploads(
            registry,
            access,
            stores,
            transfer,
            new Uploads.Rules(quotas, new ImageFormats(List.of(), Matching.WARNED_ABOUT, Set.of())),
            worker);
    private final Downloads downloads = new Downloads(registry, access, stores);

    @AfterEach
    void closeThreads() {
        transfer.close();
    }

    private ImageId stored() throws IOException {
        Map<Attribute, @Nullable Object> attributes = new LinkedHashMap<>();
        attributes.put(Attribute.VISIBILITY, Visibility.SHARED);
        attributes.put(Attribute.DISK_FORMAT, "raw");
        attributes.put(Attribute.CONTAINER_FORMAT, "bare");
        ImageId id = images.create(
                        OWNER, new NewImage(null, attributes, new LinkedHashSet<>(), new LinkedHashMap<>(), List.of()))
                .id();
        var _ = uploads.upload(
                OWNER, id, new UploadRequest(OptionalLong.of(DATA.length), Optional.empty()), BytesPayload.of(DATA));
        return id;
    }

    /** Not through the use cases, which have their own say: with the caller's rights in the store alone. */
    private void requireReadable(ImageId image, Caller caller) throws StoreException {
        String url = "memory://accounts/" + image;
        accounts.actingFor(caller)
                .open(StoreLocation.of(url), ByteRange.whole(DATA.length))
                .close();
    }

    private void requireClosed(ImageId image, Caller caller) {
        assertThatThrownBy(() -> requireReadable(image, caller)).isInstanceOf(StoreException.Denied.class);
    }

    private void show(ImageId image, Visibility visibility) throws IOException {
        var _ = images.update(
                ADMIN_OF_OWNER, image, List.of(new ImageEdit.SetDeclared(Attribute.VISIBILITY, visibility)));
    }

    /** Who may publish, with the account's own project. */
    private static final Caller ADMIN_OF_OWNER =
            Caller.of("root", "p-owner", Set.of("admin", "member", "reader"), true);

    @Test
    void dataIsReadWithTheRightsOfWhoAsks() throws IOException {
        ImageId image = stored();
        assertThat(downloads.open(OWNER, image, DataRange.WHOLE)).hasValueSatisfying(open -> {
            assertThat(open.size()).isEqualTo(DATA.length);
            open.payload().close();
        });
        requireClosed(image, OTHER);
    }

    @Test
    void membersReadUntilTheyAreRemoved() throws IOException {
        ImageId image = stored();
        members.add(OWNER, image, "p-other");
        requireReadable(image, OTHER);
        assertThat(downloads.open(OTHER, image, DataRange.WHOLE))
                .hasValueSatisfying(open -> open.payload().close());
        members.remove(OWNER, image, "p-other");
        requireClosed(image, OTHER);
    }

    @Test
    void everybodyReadsWhatIsPublicAndNobodyWhatIsPrivateAgain() throws IOException {
        ImageId image = stored();
        show(image, Visibility.PUBLIC);
        requireReadable(image, OTHER);
        show(image, Visibility.COMMUNITY);
        requireReadable(image, OTHER);
        show(image, Visibility.PRIVATE);
        requireClosed(image, OTHER);
    }

    @Test
    void aStoreThatDoesNotFollowIsToldAndFollowsTheNextChange() throws IOException {
        ImageId image = stored();
        members.add(OWNER, image, "p-other");
        accounts.deaf(true);
        assertThatThrownBy(() -> members.remove(OWNER, image, "p-other"))
                .isInstanceOf(GlanceException.Unavailable.class)
                .hasMessageContaining("is changed, but its store does not know yet");
        assertThat(members.list(OWNER, image)).isEmpty();
        requireReadable(image, OTHER);
        accounts.deaf(false);
        show(image, Visibility.SHARED);
        requireClosed(image, OTHER);
    }

    @Test
    void newDataWhoseReadersTheStoreDoesNotHearOfIsStillStored() throws IOException {
        accounts.deaf(true);
        ImageId image = stored();
        assertThat(images.show(OWNER, image).size()).isEqualTo(DATA.length);
    }

    @Test
    void theOwnersDeletionTakesTheDataAlongAndLeavesNothingOwed() throws IOException {
        ImageId image = stored();
        images.delete(OWNER, image);
        assertThat(registry.journal().open()).isEmpty();
        assertThatThrownBy(() -> requireReadable(image, OWNER)).isInstanceOf(StoreException.NotFound.class);
    }

    @Test
    void dataTheCallerMayNotRemoveStaysOwed() throws IOException {
        ImageId image = stored();
        images.delete(ADMIN, image);
        assertThat(registry.journal().open()).hasSize(1);
        requireReadable(image, OWNER);
    }
}
