package glance.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.error.GlanceException.Gone;
import glance.error.GlanceException.InvalidRequest;
import glance.fault.FailPoints;
import glance.image.ImageLocation;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.Stores;
import glance.store.Stores.Mode;
import glance.store.StoresConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The configured stores, built from text as the service does. */
class StoresConfigTest {
    @TempDir
    Path directory;

    private static Stores open(String text) {
        FileStoreDriver driver = new FileStoreDriver("worker-1", InstantSource.system(), FailPoints.INERT);
        return new StoresConfig(List.of(driver), StoresConfig.Front.NONE).open(Configuration.ofText(text));
    }

    private Stores two() {
        return open("""
            [DEFAULT]
            enabled_backends = fast:file,cheap:file
            [glance_store]
            default_backend = cheap
            [fast]
            filesystem_store_datadir = %1$s/fast
            weight = 10
            store_description = SSD
            [cheap]
            filesystem_store_datadir = %1$s/cheap
            """.formatted(directory));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "stores = file,http\n", "stores = filesystem\n", "stores = glance.store.filesystem.Store\n"})
    void singleStoreIsCalledByItsScheme(String line) {
        try (Stores stores = open("[glance_store]\n" + line + "filesystem_store_datadir = " + directory)) {
            assertThat(stores.mode()).isEqualTo(Mode.SINGLE);
            assertThat(stores.defaultStore()).isEqualTo(new StoreId("file"));
            Store store = stores.writable(Optional.of(new StoreId("anything")));
            assertThat(store.id()).isEqualTo(new StoreId("file"));
            StoreLocation location = StoreLocation.of("file://" + directory + "/x");
            assertThat(stores.recorded(store, location)).isEqualTo(location);
        }
    }

    @Test
    void optionsOfOldFilesStandInTheDefaultSection() {
        try (Stores stores = open("[DEFAULT]\ndefault_store = file\nfilesystem_store_datadir = " + directory)) {
            assertThat(stores.find(new StoreId("file"))
                            .orElseThrow()
                            .holds(StoreLocation.of("file://" + directory + "/x")))
                    .isTrue();
        }
    }

    @Test
    void severalStoresAreToldApartByIdThenByPlace() {
        try (Stores stores = two()) {
            assertThat(stores.mode()).isEqualTo(Mode.MULTI);
            assertThat(stores.all()).extracting(one -> one.store().id().value()).containsExactly("fast", "cheap");
            assertThat(stores.all().getFirst().description()).isEqualTo("SSD");
            String url = "file://" + directory + "/fast/x";
            assertThat(idHolding(stores, new StoreLocation(url, Map.of()))).isEqualTo("fast");
            assertThat(idHolding(stores, new StoreLocation(url, Map.of("store", "cheap"))))
                    .isEqualTo("cheap");
            assertThat(idHolding(stores, new StoreLocation(url, Map.of("backend", "cheap"))))
                    .isEqualTo("cheap");
            assertThat(idHolding(stores, new StoreLocation(url, Map.of("store", "gone"))))
                    .isEqualTo("fast");
            assertThat(stores.holding(StoreLocation.of("rbd://x"))).isEmpty();
            assertThat(stores.holding(StoreLocation.of("file:///elsewhere/x"))).isEmpty();
        }
    }

    private static String idHolding(Stores stores, StoreLocation location) {
        return stores.holding(location).orElseThrow().id().value();
    }

    @Test
    void requestChoosesAStoreOrGetsTheDefault() {
        try (Stores stores = two()) {
            assertThat(stores.writable(Optional.empty()).id()).isEqualTo(new StoreId("cheap"));
            Store fast = stores.writable(Optional.of(new StoreId("fast")));
            assertThat(stores.recorded(fast, StoreLocation.of("file:///x")).metadata())
                    .isEqualTo(Map.of("store", "fast"));
            assertThatThrownBy(() -> stores.writable(Optional.of(new StoreId("other"))))
                    .isInstanceOf(InvalidRequest.class);
            assertThatThrownBy(() -> stores.writable(Optional.of(new StoreId("os_glance_staging_store"))))
                    .isInstanceOf(InvalidRequest.class);
        }
    }

    @Test
    void locationsOfHigherWeightComeFirstAndInactiveOnesNever() {
        try (Stores stores = two()) {
            ImageLocation cheap = location(1, "/cheap/x", ImageLocation.ACTIVE);
            ImageLocation fast = location(2, "/fast/x", ImageLocation.ACTIVE);
            ImageLocation leaving = location(3, "/fast/y", "pending_delete");
            assertThat(stores.inOrder(List.of(cheap, fast, leaving))).containsExactly(fast, cheap);
        }
    }

    private ImageLocation location(long id, String path, String status) {
        return new ImageLocation(id, StoreLocation.of("file://" + directory + path), status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[glance_store];default_store = rbd | default_store",
                "[glance_store];stores = http | default_store",
                "[DEFAULT];enabled_backends = a:file | default_backend",
                "[DEFAULT];enabled_backends = a:file;[glance_store];default_backend = b | 'b'",
                "[DEFAULT];enabled_backends = os_glance_x:file | reserved",
                "[DEFAULT];enabled_backends = a:file,b:floppy;[glance_store];default_backend = b | 'b'"
            })
    void whatCannotStartIsSaid(String lines, String reason) {
        String text = lines.replace(";", "\n") + "\n[a]\nfilesystem_store_datadir = " + directory;
        assertThatThrownBy(() -> open(text)).isInstanceOf(ConfigException.class).hasMessageContaining(reason.strip());
    }

    @Test
    void reservedStoresAreOpenAndNeverListed() {
        try (Stores stores = open("""
            [DEFAULT]
            enabled_backends = a:file
            [glance_store]
            default_backend = a
            [a]
            filesystem_store_datadir = %1$s/a
            [os_glance_staging_store]
            filesystem_store_datadir = %1$s/staging
            [os_glance_tasks_store]
            filesystem_store_datadir = %1$s/tasks
            """.formatted(directory))) {
            Store staging = stores.find(Stores.STAGING_STORE).orElseThrow();
            assertThat(staging.properties()).containsEntry("data_dir", directory + "/staging");
            assertThat(stores.find(Stores.TASKS_STORE)).isPresent();
            assertThat(stores.reserved()).hasSize(2);
            assertThat(stores.all()).hasSize(1);
            assertThat(stores.configured(Stores.STAGING_STORE)).isEmpty();
            assertThat(stores.holding(StoreLocation.of("file://" + directory + "/staging/x"))
                            .map(Store::id))
                    .isNotEqualTo(Optional.of(Stores.STAGING_STORE));
        }
    }

    @Test
    void unknownTypesAreLeftOutAndKnownForeignOnesAreNotAvailable() {
        try (Stores stores = open("""
            [DEFAULT]
            enabled_backends = a:file,b:floppy,vol:cinder,esx:vmware
            [glance_store]
            default_backend = a
            [a]
            filesystem_store_datadir = %s/a
            """.formatted(directory))) {
            assertThat(stores.all()).extracting(one -> one.store().id().value()).containsExactly("a", "vol", "esx");
            StoreLocation volume = new StoreLocation("cinder://vol/1", Map.of("store", "vol"));
            Store absent = stores.holding(volume).orElseThrow();
            assertThatThrownBy(() -> absent.open(volume)).isInstanceOf(StoreException.Unavailable.class);
            assertThatThrownBy(() -> absent.delete(volume)).isInstanceOf(StoreException.Unavailable.class);
            assertThat(absent.health().up()).isTrue();
            assertThatThrownBy(() -> stores.writable(Optional.of(new StoreId("vol"))))
                    .isInstanceOf(Gone.class);
            assertThat(stores.holding(StoreLocation.of("vsphere://host/folder/x"))
                            .orElseThrow()
                            .id())
                    .isEqualTo(new StoreId("esx"));
        }
    }

    @Test
    void aStoreThatCannotBeUsedClaimsNothingThatDoesNotNameIt() {
        try (Stores stores = open("""
            [DEFAULT]
            enabled_backends = broken:file,a:file
            [glance_store]
            default_backend = a
            [broken]
            filesystem_store_metadata_file = %1$s/absent
            filesystem_store_datadir = %1$s/broken
            [a]
            filesystem_store_datadir = %1$s/a
            """.formatted(directory))) {
            StoreLocation unnamed = StoreLocation.of("file://" + directory + "/a/x");
            assertThat(idHolding(stores, unnamed)).isEqualTo("a");
            assertThat(stores.current(unnamed).metadata()).isEqualTo(Map.of("store", "a"));
            StoreLocation brokens = StoreLocation.of("file://" + directory + "/broken/x");
            assertThat(stores.holding(brokens)).isEmpty();
            assertThat(stores.current(brokens)).isEqualTo(brokens);
            assertThat(idHolding(stores, new StoreLocation(brokens.url(), Map.of("store", "broken"))))
                    .isEqualTo("broken");
        }
    }

    @Test
    void aNamedStoreThatCannotReadSuchUrlsIsNotAsked() {
        try (Stores stores = two()) {
            StoreLocation foreign = new StoreLocation("http://host/x", Map.of("store", "fast"));
            assertThat(stores.holding(foreign)).isEmpty();
            assertThat(stores.current(foreign)).isEqualTo(foreign);
            assertThat(stores.holding(new StoreLocation("nothing", Map.of("store", "fast"))))
                    .isEmpty();
        }
    }

    @Test
    void optionsNotSetInASectionComeFromTheDefaultsOfAll() {
        try (Stores stores = open("""
            [DEFAULT]
            enabled_backends = a:file,b:file
            [glance_store]
            default_backend = a
            [backend_defaults]
            filesystem_store_chunk_size = 4096
            weight = 7
            [a]
            filesystem_store_datadir = %1$s/a
            [b]
            filesystem_store_datadir = %1$s/b
            filesystem_store_chunk_size = 512
            weight = 1
            """.formatted(directory))) {
            assertThat(stores.all()).extracting(Stores.Configured::weight).containsExactly(7, 1);
            assertThat(stores.all())
                    .extracting(one -> one.store().properties().get("chunk_size"))
                    .containsExactly(4096, 512);
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "file://DIR/fast/x, -, fast",
                "file://DIR/fast/x, gone, fast",
                "filesystem://DIR/cheap/x, -, cheap",
                "file://DIR/fast2/x, -, -",
                "file://DIR/fast/x, cheap, cheap"
            })
    void locationsOfOldReleasesAreLabelledByWholePartsOfTheirPath(
            String url, @Nullable String named, @Nullable String expected) {
        try (Stores stores = two()) {
            Map<String, Object> metadata = named == null ? Map.of("rack", "7") : Map.of("store", named, "rack", "7");
            StoreLocation current =
                    stores.current(new StoreLocation(url.replace("DIR", directory.toString()), metadata));
            assertThat(current.metadata().get("store")).isEqualTo(expected);
            assertThat(current.metadata()).containsEntry("rack", "7");
        }
    }

    @Test
    void formerKeyOfTheStoreIsReplaced() {
        try (Stores stores = two()) {
            StoreLocation former = new StoreLocation("file:///elsewhere/x", Map.of("backend", "cheap"));
            assertThat(stores.current(former).metadata()).isEqualTo(Map.of("store", "cheap"));
        }
    }

    @Test
    void readOnlyStoreIsGoneForUploads() {
        try (Stores stores = open("[glance_store]\nfilesystem_store_datadirs = /a")) {
            assertThatThrownBy(() -> stores.writable(Optional.empty())).isInstanceOf(Gone.class);
        }
    }
}
