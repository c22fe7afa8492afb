package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.RED;
import static glance.api.v2.TestApi.V20;
import static glance.api.v2.TestApi.V21;
import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import glance.image.Attribute;
import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.ImageUpdate;
import glance.image.Visibility;
import glance.quota.Quotas;
import glance.store.StoreException;
import glance.store.StoreLocation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Locations that clients name, by PATCH and by POST. */
@Timeout(60)
class LocationsWireTest {
    private static final String DATA = "0123456789";
    private static final Caller SERVICE =
            Caller.of("u-nova", "p-service", Set.of("service", "reader", "member"), false);

    private final ThreeStores stores = new ThreeStores();
    private final TestApi api = stores.api;

    @AfterEach
    void stop() {
        stores.close();
    }

    private static String path(String id) {
        return "/v2/images/" + id;
    }

    private String image(ImageStatus status) {
        return api.imageIn(status, Visibility.SHARED);
    }

    /** Somebody's bytes in the store that clients may name. */
    private String somewhere(String data) {
        return ThreeStores.put(stores.web, "somewhere-" + data, data);
    }

    private static String location(String url, String more) {
        return "{\"url\":\"" + url + "\",\"metadata\":{}" + more + "}";
    }

    private static String add(String url, String more) {
        return "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":" + location(url, more) + "}]";
    }

    private TestApi.Answer patch(String id, String body) {
        return api.patch(RED, path(id), V21, body);
    }

    private static String hex(String algorithm, String data) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(data.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String promise(String algorithm, String value) {
        return ",\"validation_data\":{\"os_hash_algo\":\"" + algorithm + "\",\"os_hash_value\":\"" + value + "\"}";
    }

    @ParameterizedTest
    @ValueSource(strings = {V20, V21})
    void theFirstLocationActivatesTheImageAndGivesItItsSize(String dialect) {
        String id = image(ImageStatus.QUEUED);
        String value = "{\"url\":\"" + somewhere("hello") + "\",\"metadata\":{\"rack\":\"7\"},\"other\":1}";
        TestApi.Answer added = api.patch(
                RED,
                path(id),
                dialect,
                dialect.equals(V20)
                        ? "[{\"add\":\"/locations/-\",\"value\":" + value + "}]"
                        : "[{\"op\":\"add\",\"path\":\"/locations/5\",\"value\":" + value + "}]");
        assertThat(added.status()).as(added.text()).isEqualTo(200);
        assertThat(added.json().path("status").stringValue()).isEqualTo("active");
        assertThat(added.json().path("size").longValue()).isEqualTo(5);
        assertThat(added.json().path("checksum").isNull()).isTrue();
        assertThat(added.json().path("locations").path(0).path("metadata").toString())
                .isEqualTo("{\"rack\":\"7\",\"store\":\"web\"}");
        assertThat(api.call(RED, "GET", path(id) + "/file").text()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "filesystem:///etc/passwd",
                "swift+config://ref1/glance/x",
                "rbd://a/b/c/d",
                "nothing",
                "memory://web/absent"
            })
    void placesThatClientsMayNotNameOrCannotBeReadAreRefused(String url) {
        String id = image(ImageStatus.QUEUED);
        assertThat(patch(id, add(url, "")).status()).isEqualTo(400);
        assertThat(api.stored(id).status()).isEqualTo(ImageStatus.QUEUED);
    }

    @Test
    void anEmptyPlaceAndStrangeMetadataAreRefused() {
        String id = image(ImageStatus.QUEUED);
        assertThat(patch(id, add(somewhere(""), "")).status()).isEqualTo(400);
        String url = somewhere("x");
        for (String metadata : new String[] {"{\"a\":1}", "{\"a\":[true]}", "{\"a\":{\"b\":null}}", "[]"}) {
            String value = "{\"url\":\"" + url + "\",\"metadata\":" + metadata + "}";
            assertThat(patch(id, "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":" + value + "}]")
                            .status())
                    .as(metadata)
                    .isEqualTo(400);
        }
        String long12001 = "{\"url\":\"" + url + "\",\"metadata\":{\"a\":\"" + "b".repeat(12_001) + "\"}}";
        assertThat(patch(id, "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":" + long12001 + "}]")
                        .status())
                .isEqualTo(400);
        String nested = "{\"url\":\"" + url + "\",\"metadata\":{\"a\":[\"b\",{\"c\":\"d\"}]}}";
        assertThat(patch(id, "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":" + nested + "}]")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anImageWithoutFormatsTakesNoLocation() {
        String id = api.call(RED, "POST", "/v2/images", "{\"name\":\"x\"}")
                .json()
                .path("id")
                .stringValue();
        assertThat(patch(id, add(somewhere("hello"), "")).status()).isEqualTo(400);
    }

    @Test
    void theBytesOfAnActiveImageNeverChange() {
        String id = image(ImageStatus.ACTIVE);
        assertThat(patch(id, add(somewhere("012345678"), "")).status()).isEqualTo(400);
        assertThat(patch(id, add(somewhere("0123456780"), "")).status()).isEqualTo(400);
        String same = somewhere(DATA);
        assertThat(patch(id, add(same, "")).status()).isEqualTo(200);
        assertThat(patch(id, add(same, "")).status()).isEqualTo(400);
        assertThat(api.stored(id).locations()).hasSize(2);
    }

    @Test
    void promisedDigestsMustBeThoseOfTheImage() {
        String id = image(ImageStatus.ACTIVE);
        String url = somewhere(DATA);
        assertThat(patch(id, add(url, promise("sha512", hex("SHA-512", "other"))))
                        .status())
                .isEqualTo(409);
        assertThat(patch(id, add(url, promise("sha512", "abcd"))).status()).isEqualTo(409);
        assertThat(patch(id, add(url, promise("sha256", hex("SHA-256", DATA)))).status())
                .isEqualTo(409);
        assertThat(patch(id, add(url, promise("sha512", hex("SHA-512", DATA)))).status())
                .isEqualTo(200);
    }

    @Test
    void promisedDigestsBecomeThoseOfAQueuedImage() {
        String id = image(ImageStatus.QUEUED);
        String said = ",\"validation_data\":{\"checksum\":\"" + hex("MD5", DATA)
                + "\",\"os_hash_algo\":\"sha512\",\"os_hash_value\":\"" + hex("SHA-512", DATA) + "\"}";
        assertThat(patch(id, add(somewhere(DATA), said)).status()).isEqualTo(200);
        Image active = api.stored(id);
        assertThat(active.checksum()).isEqualTo(hex("MD5", DATA));
        assertThat(active.hashValue()).isEqualTo(hex("SHA-512", DATA));
    }

    @Test
    void tooManyLocationsAreRefused() {
        Quotas few = new Quotas(1L << 40, 0, 128, 128, 128, 2);
        try (ThreeStores limited = new ThreeStores(true, 0, few)) {
            String id = limited.api.imageIn(ImageStatus.ACTIVE, Visibility.SHARED);
            for (int i = 0; i < 2; i++) {
                String url = ThreeStores.put(limited.web, "copy-" + i, DATA);
                assertThat(limited.api.patch(RED, path(id), V21, add(url, "")).status())
                        .isEqualTo(i == 0 ? 200 : 413);
            }
        }
    }

    @Test
    void replacingChangesMetadataAlone() {
        String id = image(ImageStatus.ACTIVE);
        String url = api.stored(id).locations().getFirst().at().url();
        long row = api.stored(id).locations().getFirst().id();
        assertThat(patch(id, replace("")).status()).isEqualTo(403);
        String other = somewhere(DATA);
        assertThat(patch(id, replace(location(other, ""))).status()).isEqualTo(400);
        assertThat(patch(id, replace(location(url, "") + "," + location(other, "")))
                        .status())
                .isEqualTo(400);
        String edited = "{\"url\":\"" + url + "\",\"metadata\":{\"rack\":\"9\",\"store\":\"slow\"}}";
        assertThat(patch(id, replace(edited)).status()).isEqualTo(200);
        assertThat(api.stored(id).locations().getFirst().at().metadata())
                .isEqualTo(Map.of("rack", "9", "store", "fast"));
        assertThat(api.stored(id).locations().getFirst().id()).isEqualTo(row);
    }

    private static String replace(String locations) {
        return "[{\"op\":\"replace\",\"path\":\"/locations\",\"value\":[" + locations + "]}]";
    }

    @Test
    void aQueuedImageTakesSeveralAtOnce() {
        String id = image(ImageStatus.QUEUED);
        String other = ThreeStores.put(stores.slow, "other", DATA);
        assertThat(patch(id, replace(location(somewhere(DATA), "") + "," + location(other, "")))
                        .status())
                .isEqualTo(200);
        assertThat(api.stored(id).locations()).hasSize(2);
        String second = image(ImageStatus.QUEUED);
        assertThat(patch(second, replace(location(somewhere("short"), "") + "," + location(other, "")))
                        .status())
                .isEqualTo(400);
        assertThat(api.stored(second).locations()).isEmpty();
    }

    @Test
    void removingTakesTheDataToo() throws StoreException {
        String id = image(ImageStatus.ACTIVE);
        StoreLocation first = api.stored(id).locations().getFirst().at();
        String remove = "[{\"op\":\"remove\",\"path\":\"/locations/0\"}]";
        assertThat(patch(id, remove).status()).isEqualTo(403);
        assertThat(api.patch(ADMIN, path(id), V21, remove).status()).isEqualTo(403);
        assertThat(patch(id, add(ThreeStores.put(stores.slow, "copy", DATA), ""))
                        .status())
                .isEqualTo(200);
        assertThat(api.patch(ADMIN, path(id), V21, "[{\"op\":\"remove\",\"path\":\"/locations/2\"}]")
                        .status())
                .isEqualTo(400);
        assertThat(api.patch(ADMIN, path(id), V21, remove).status()).isEqualTo(200);
        assertThat(stores.fast.delete(first)).isFalse();
        assertThat(api.call(RED, "GET", path(id)).json().path("stores").stringValue())
                .isEqualTo("slow");
        assertThat(api.registry.journal().open()).isEmpty();
    }

    @Test
    void aPlaceThatIsRecordedTwiceKeepsItsDataUntilBothAreGone() {
        String id = image(ImageStatus.ACTIVE);
        String url = api.stored(id).locations().getFirst().at().url();
        String again = "{\"url\":\"" + url + "\",\"metadata\":{\"rack\":\"7\"}}";
        assertThat(patch(id, "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":" + again + "}]")
                        .status())
                .isEqualTo(200);
        assertThat(api.call(ADMIN, "DELETE", "/v2/stores/fast/" + id).status()).isEqualTo(403);
        assertThat(api.patch(ADMIN, path(id), V21, "[{\"op\":\"remove\",\"path\":\"/locations/0\"}]")
                        .status())
                .isEqualTo(200);
        assertThat(api.stored(id).locations()).hasSize(1);
        assertThat(api.call(RED, "GET", path(id) + "/file").text()).isEqualTo(DATA);
        assertThat(api.registry.journal().open()).isEmpty();
    }

    @Test
    void removingFromAStoreTakesEveryRecordOfThePlace() throws StoreException {
        String id = image(ImageStatus.ACTIVE);
        StoreLocation first = api.stored(id).locations().getFirst().at();
        String again = "{\"url\":\"" + first.url() + "\",\"metadata\":{\"rack\":\"7\"}}";
        assertThat(patch(id, "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":" + again + "}]")
                        .status())
                .isEqualTo(200);
        assertThat(patch(id, add(ThreeStores.put(stores.slow, "copy", DATA), ""))
                        .status())
                .isEqualTo(200);
        assertThat(api.call(ADMIN, "DELETE", "/v2/stores/fast/" + id).status()).isEqualTo(204);
        assertThat(api.stored(id).locations()).hasSize(1);
        assertThat(stores.fast.delete(first)).isFalse();
        assertThat(api.call(RED, "GET", path(id) + "/file").text()).isEqualTo(DATA);
    }

    @ParameterizedTest
    @EnumSource(names = {"SAVING", "UPLOADING", "IMPORTING", "DEACTIVATED", "KILLED"})
    void otherStatusesTakeNoLocation(ImageStatus status) {
        String id = image(status);
        assertThat(patch(id, add(somewhere(DATA), "")).status()).isEqualTo(409);
        assertThat(api.patch(ADMIN, path(id), V21, "[{\"op\":\"remove\",\"path\":\"/locations/0\"}]")
                        .status())
                .isEqualTo(409);
        assertThat(post(RED, id, somewhere("x" + status), "").status()).isEqualTo(409);
    }

    // POST

    private TestApi.Answer post(Caller caller, String id, String url, String more) {
        return api.call(caller, "POST", path(id) + "/locations", "{\"url\":\"" + url + "\"" + more + "}");
    }

    /** The image, once it is as awaited. */
    private Image await(TestApi where, String id, Predicate<Image> condition) throws InterruptedException {
        while (!condition.test(where.stored(id))) {
            Thread.sleep(5);
        }
        return where.stored(id);
    }

    private static boolean isUnlocked(Image image) {
        return !image.properties().containsKey(ImageUpdate.IMPORT_LOCK);
    }

    @Test
    void postedDataIsActiveFirstAndHashedThen() throws InterruptedException {
        CountDownLatch looked = new CountDownLatch(1);
        stores.web.whileReading = () -> {
            try {
                looked.await();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        };
        String id = image(ImageStatus.QUEUED);
        assertThat(post(SERVICE, id, somewhere(DATA), "").status()).isEqualTo(404);
        makePublic(id);
        assertThat(post(SERVICE, id, somewhere("x" + DATA), ",\"validation_data\":{}")
                        .status())
                .isEqualTo(202);
        Image hashing = await(api, id, image -> image.status() == ImageStatus.ACTIVE);
        assertThat(hashing.hashAlgorithm()).isEqualTo("sha512");
        assertThat(hashing.hashValue()).isNull();
        assertThat(hashing.size()).isEqualTo(11);
        assertThat(post(SERVICE, id, somewhere("y"), "").status()).isEqualTo(409);
        looked.countDown();
        Image done = await(api, id, LocationsWireTest::isUnlocked);
        assertThat(done.hashValue()).isEqualTo(hex("SHA-512", "x" + DATA));
        assertThat(done.checksum()).isEqualTo(hex("MD5", "x" + DATA));
        assertThat(api.registry.journal().open()).isEmpty();
    }

    private void makePublic(String id) {
        api.registry
                .images()
                .update(
                        new ImageId(id),
                        ImageChange.builder()
                                .set(Attribute.VISIBILITY, Visibility.PUBLIC)
                                .build(),
                        Guard.always());
    }

    @ParameterizedTest
    @CsvSource({"SHA-256,sha256", "SHA-512,sha512", "SHA-1,sha1", "MD5,md5"})
    void promisedDigestsAreComparedBeforeTheImageIsActive(String name, String algorithm) throws InterruptedException {
        String id = image(ImageStatus.QUEUED);
        makePublic(id);
        assertThat(post(SERVICE, id, somewhere(DATA), promise(algorithm, hex(name, DATA)))
                        .status())
                .isEqualTo(202);
        Image active = await(api, id, image -> image.status() == ImageStatus.ACTIVE);
        assertThat(active.hashAlgorithm()).isEqualTo(algorithm);
        assertThat(active.hashValue()).isEqualTo(hex(name, DATA));
        assertThat(active.checksum()).isEqualTo(hex("MD5", DATA));
        assertThat(isUnlocked(active)).isTrue();
    }

    @Test
    void brokenPromisesQueueTheImageAgain() throws InterruptedException {
        String id = image(ImageStatus.QUEUED);
        makePublic(id);
        String url = somewhere(DATA);
        assertThat(post(SERVICE, id, url, promise("sha256", hex("SHA-256", "other")))
                        .status())
                .isEqualTo(202);
        Image queued = await(api, id, LocationsWireTest::isUnlocked);
        assertThat(queued.status()).isEqualTo(ImageStatus.QUEUED);
        assertThat(queued.hashAlgorithm()).isNull();
        assertThat(queued.size()).isNull();
        assertThat(queued.locations()).isEmpty();
        assertThat(api.registry.journal().open()).isEmpty();
        int again = post(SERVICE, id, url, "").status();
        while (again == 409) { // the job lets go of the image just after that can be seen
            again = post(SERVICE, id, url, "").status();
        }
        assertThat(again).isEqualTo(202);
        assertThat(await(api, id, LocationsWireTest::isUnlocked).status()).isEqualTo(ImageStatus.ACTIVE);
    }

    @Test
    void aPlaceThatCannotBeReadIsAcceptedAndLeavesTheImageQueued() throws InterruptedException {
        String id = image(ImageStatus.QUEUED);
        makePublic(id);
        for (String url : new String[] {"memory://web/absent", "file:///etc/passwd", "rbd://a/b/c/d"}) {
            assertThat(post(SERVICE, id, url, "").status()).as(url).isEqualTo(202);
            Image left = await(api, id, LocationsWireTest::isUnlocked);
            assertThat(left.status()).isEqualTo(ImageStatus.QUEUED);
            assertThat(left.locations()).isEmpty();
        }
        assertThat(api.registry.journal().open()).isEmpty();
    }

    @Test
    void dataThatCannotBeHashedStaysWithoutHash() throws InterruptedException {
        String id = image(ImageStatus.QUEUED);
        makePublic(id);
        stores.web.breaksAfter = 3;
        assertThat(post(SERVICE, id, somewhere(DATA), "").status()).isEqualTo(202);
        Image active = await(api, id, image -> image.status() == ImageStatus.ACTIVE && isUnlocked(image));
        assertThat(active.hashAlgorithm()).isNull();
        assertThat(active.checksum()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutSecureHashNothingIsRead(boolean promised) throws InterruptedException {
        try (ThreeStores trusting = new ThreeStores(false, 0, TestApi.DEFAULT_QUOTAS)) {
            String id = trusting.api.imageIn(ImageStatus.QUEUED, Visibility.PUBLIC);
            String url = ThreeStores.put(trusting.web, "x", DATA);
            trusting.web.whileReading = () -> {
                throw new IllegalStateException("was read");
            };
            String said = promised ? promise("sha256", hex("SHA-256", "unverified")) : "";
            TestApi.Answer answer = trusting.api.call(
                    SERVICE, "POST", path(id) + "/locations", "{\"url\":\"" + url + "\"" + said + "}");
            assertThat(answer.status()).isEqualTo(202);
            Image active = await(trusting.api, id, LocationsWireTest::isUnlocked);
            assertThat(active.status()).isEqualTo(ImageStatus.ACTIVE);
            assertThat(active.checksum()).isNull();
            assertThat(active.hashValue()).isEqualTo(promised ? hex("SHA-256", "unverified") : null);
        }
    }

    @Test
    void deletingTheImageEndsItsHashing() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch deleted = new CountDownLatch(1);
        stores.web.whileReading = () -> {
            reading.countDown();
            try {
                deleted.await();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        };
        String id = image(ImageStatus.QUEUED);
        makePublic(id);
        assertThat(post(SERVICE, id, somewhere(DATA), "").status()).isEqualTo(202);
        reading.await();
        assertThat(api.call(RED, "DELETE", path(id)).status()).isEqualTo(204);
        deleted.countDown();
        while (!api.registry.journal().open().isEmpty()) {
            Thread.sleep(5);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]",
                "{}",
                "{\"url\":5}",
                "{\"url\":\"http://x/y\",\"validation_data\":5}",
                "{\"url\":\"http://x/y\",\"validation_data\":{\"os_hash_algo\":\"sha512\"}}",
                "{\"url\":\"http://x/y\",\"validation_data\":{\"os_hash_algo\":\"sha3_512\",\"os_hash_value\":\"ab\"}}",
            })
    void malformedRequestsAreRefused(String body) {
        String id = image(ImageStatus.QUEUED);
        assertThat(api.call(RED, "POST", path(id) + "/locations", body).status())
                .isEqualTo(400);
    }

    @Test
    void onlyServicesNamePlacesThatAreNotOnTheWeb() {
        String id = image(ImageStatus.QUEUED);
        makePublic(id);
        assertThat(post(RED, id, somewhere(DATA), "").status()).isEqualTo(403);
        assertThat(post(BLUE, id, somewhere("b"), "").status()).isEqualTo(403);
        assertThat(post(SERVICE, id, somewhere("c"), promise("sha512", "abcd")).status())
                .isEqualTo(400);
    }

    // After a crash

    /** What a process leaves that dies while it takes a location. */
    private String abandoned(ImageStatus status, String url) {
        String id = image(ImageStatus.QUEUED);
        ImageId image = new ImageId(id);
        DataIntent intent = new DataIntent(image, stores.web.id(), url, DataIntent.Kind.LOCATION, "test");
        ImageChange.Builder change = ImageChange.builder()
                .setProperty(ImageUpdate.IMPORT_LOCK, "task-1")
                .opens(intent);
        if (status != ImageStatus.QUEUED) {
            change.set(Attribute.STATUS, status)
                    .set(Attribute.SIZE, 10L)
                    .set(Attribute.OS_HASH_ALGO, "sha512")
                    .addLocation(new StoreLocation(url, Map.of("store", "web")));
        }
        var _ = api.registry.images().update(image, change.build(), new Guard.PropertyAbsent(ImageUpdate.IMPORT_LOCK));
        return id;
    }

    @ParameterizedTest
    @EnumSource(names = {"QUEUED", "IMPORTING"})
    void aCrashBeforeTheImageIsActiveQueuesItAgain(ImageStatus status) throws StoreException {
        String url = somewhere(DATA);
        String id = abandoned(status, url);
        var _ = api.recovery.atStart();
        Image queued = api.stored(id);
        assertThat(queued.status()).isEqualTo(ImageStatus.QUEUED);
        assertThat(isUnlocked(queued)).isTrue();
        assertThat(queued.locations()).isEmpty();
        assertThat(api.registry.journal().open()).isEmpty();
        assertThat(stores.web.size(StoreLocation.of(url))).isEqualTo(10);
    }

    @Test
    void aCrashWhileAnActiveImageIsHashedIsMadeUpFor() throws InterruptedException {
        String id = abandoned(ImageStatus.ACTIVE, somewhere(DATA));
        var _ = api.recovery.atStart();
        Image done = await(api, id, LocationsWireTest::isUnlocked);
        assertThat(done.status()).isEqualTo(ImageStatus.ACTIVE);
        assertThat(done.hashValue()).isEqualTo(hex("SHA-512", DATA));
        assertThat(api.registry.journal().open()).isEmpty();
    }
}
