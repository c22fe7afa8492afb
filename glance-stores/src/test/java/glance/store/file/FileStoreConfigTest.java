package glance.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.Configuration;
import glance.fault.FailPoints;
import glance.image.ImageId;
import glance.store.Capability;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.file.FileStoreConfig.Datadir;
import glance.store.file.FileStoreConfig.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileStoreConfigTest {
    @TempDir
    Path directory;

    private static FileStoreConfig read(String lines) throws Unusable {
        return FileStoreConfig.from(
                Configuration.ofText("[glance_store]\n" + lines).section("glance_store"));
    }

    @Test
    void defaultsAreTheReferences() throws Unusable {
        assertThat(read(""))
                .isEqualTo(new FileStoreConfig(
                        List.of(new Datadir(Path.of("/var/lib/glance/images"), 0)),
                        List.of(),
                        Set.of(),
                        65_536,
                        false));
    }

    @Test
    void everyOptionIsRead() throws Exception {
        Path metadata = Files.writeString(directory.resolve("metadata.json"), """
                [{"id": "share-1", "mountpoint": "/mnt/one"}, {"id": "share-2", "mountpoint": "/mnt/two", "x": ["y"]}]
                """);
        FileStoreConfig config = read("""
                filesystem_store_datadir =
                filesystem_store_datadirs = /mnt/one/images:100
                filesystem_store_datadirs = /mnt/two/images:200
                filesystem_store_datadirs = /mnt/three
                filesystem_store_metadata_file = %s
                filesystem_store_file_perm = 640
                filesystem_store_chunk_size = 4096
                filesystem_thin_provisioning = true
                filesystem_store_timeout = 3
                filesystem_store_thread_pool_size = 4
                filesystem_store_threadpool_threshold = 50
                """.formatted(metadata));
        assertThat(config.directories())
                .containsExactly(
                        new Datadir(Path.of("/mnt/two/images"), 200),
                        new Datadir(Path.of("/mnt/one/images"), 100),
                        new Datadir(Path.of("/mnt/three"), 0));
        assertThat(config.permissions()).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(config.chunkBytes()).isEqualTo(4096);
        assertThat(config.thin()).isTrue();
        assertThat(config.metadataOf(Path.of("/mnt/two/images/x")))
                .isEqualTo(Map.of("id", "share-2", "mountpoint", "/mnt/two", "x", List.of("y")));
        assertThat(config.metadataOf(Path.of("/mnt/three/x"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "filesystem_store_datadirs = /a | both set",
                "filesystem_store_datadir = | both empty",
                "filesystem_store_datadir =;filesystem_store_datadirs = /a:x | 'x'",
                "filesystem_store_datadir =;filesystem_store_datadirs = :5 | no directory",
                "filesystem_store_datadir =;filesystem_store_datadirs = /a:1;filesystem_store_datadirs = /a:2 | two priorities",
                "filesystem_store_file_perm = 89 | not octal",
                "filesystem_store_file_perm = 40 | could not read its own files",
                "filesystem_store_metadata_file = /nowhere/x.json | cannot be read"
            })
    void whatCannotBeUsedIsSaid(String lines, String reason) {
        assertThatThrownBy(() -> read(lines.replace(";", "\n")))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining(reason.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1]", "{\"id\": \"x\"}", "{\"id\": 5, \"mountpoint\": \"/a\"}", ""})
    void brokenMetadataFileIsSaid(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("metadata.json"), text);
        assertThatThrownBy(() -> read("filesystem_store_metadata_file = " + file))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void storeWithBadConfigurationReadsButTakesNoData() {
        try (Store store = open("filesystem_store_datadirs = /a")) {
            assertThat(store.capabilities()).contains(Capability.READ).doesNotContain(Capability.WRITE);
            assertThatThrownBy(() -> store.create(new ImageId("x"), OptionalLong.empty()))
                    .isInstanceOf(StoreException.Unsupported.class);
            assertThat(store.health().up()).isFalse();
        }
    }

    @Test
    void missingDirectoryIsMadeAndOpenedToReadersOfTheFiles() throws IOException {
        Path images = directory.resolve("a/b");
        try (Store store = open("filesystem_store_datadir = " + images + "\nfilesystem_store_file_perm = 640")) {
            assertThat(store.health().up()).isTrue();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(images)))
                .matches("rwx..x...");
    }

    private static Store open(String lines) {
        return new FileStoreDriver("worker-1", InstantSource.system(), FailPoints.INERT)
                .open(
                        new StoreId("file"),
                        Configuration.ofText("[glance_store]\n" + lines).section("glance_store"));
    }
}
