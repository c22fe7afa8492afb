package glance.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import glance.error.GlanceException.UnsupportedMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images made by qemu-img, which shares no code with this project. */
class RealImagesTest {
    private static final Path QEMU_IMG = Path.of("/usr/bin/qemu-img");
    private static final long DISK_BYTES = 8L << 20;

    @TempDir
    Path directory;

    @BeforeEach
    void needQemuImg() {
        boolean present = Files.isExecutable(QEMU_IMG);
        if (!present && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("package qemu-utils is not installed, but CI=true needs it");
        }
        assumeTrue(present, "package qemu-utils is not installed: no real images to inspect");
    }

    private byte[] make(String format, String... options) throws Exception {
        Path image = directory.resolve("image." + format);
        List<String> command = new ArrayList<>(List.of(QEMU_IMG.toString(), "create", "-q", "-f", format));
        command.addAll(List.of(options));
        command.addAll(List.of(image.toString(), Long.toString(DISK_BYTES)));
        run(command);
        return Files.readAllBytes(image);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    private static final Map<String, String> NAMES = Map.of("vpc", "vhd");

    @ParameterizedTest
    @CsvSource({"qcow2,", "vdi,", "vhdx,", "vpc,", "vmdk,", "vmdk,subformat=streamOptimized"})
    void virtualSizeOfWhatQemuMadeIsKnown(String format, String option) throws Exception {
        byte[] image = option == null ? make(format) : make(format, "-o", option);
        String claimed = NAMES.getOrDefault(format, format);
        Long virtualSize = Inspected.asClaimed(claimed, image, 65_536);
        // A VHD's size is rounded up to whole cylinders.
        assertThat(virtualSize).isBetween(DISK_BYTES, DISK_BYTES + DISK_BYTES / 10);
        assertThat(Inspected.asClaimed(claimed, image, 1_000)).isEqualTo(virtualSize);
        assertThat(Inspected.asClaimed("raw", image, 65_536)).isEqualTo(image.length);
    }

    @Test
    void streamOptimizedImageWithItsFooterIsAccepted() throws Exception {
        Path raw = directory.resolve("disk.raw");
        byte[] content = new byte[(int) DISK_BYTES];
        new java.util.Random(1).nextBytes(content);
        java.util.Arrays.fill(content, 0, 512, (byte) 0);
        Files.write(raw, content);
        Path image = directory.resolve("disk.vmdk");
        run(List.of(
                QEMU_IMG.toString(),
                "convert",
                "-f",
                "raw",
                "-O",
                "vmdk",
                "-o",
                "subformat=streamOptimized",
                raw.toString(),
                image.toString()));
        assertThat(Inspected.asClaimed("vmdk", Files.readAllBytes(image), 65_536))
                .isEqualTo(DISK_BYTES);
    }

    @Test
    void backingFileIsRefused() throws Exception {
        Path base = directory.resolve("base.qcow2");
        run(List.of(QEMU_IMG.toString(), "create", "-q", "-f", "qcow2", base.toString(), "1M"));
        byte[] image = make("qcow2", "-F", "qcow2", "-b", base.toString());
        assertThatThrownBy(() -> Inspected.asClaimed("qcow2", image, 65_536))
                .isInstanceOf(UnsupportedMedia.class)
                .hasMessageContaining("backing_file");
    }

    @Test
    void externalDataFileIsRefused() throws Exception {
        byte[] image = make("qcow2", "-o", "data_file=" + directory.resolve("data.raw"));
        assertThatThrownBy(() -> Inspected.asClaimed("qcow2", image, 65_536))
                .isInstanceOf(UnsupportedMedia.class)
                .hasMessageContaining("data_file");
    }

    @Test
    void flatVmdkIsRefused() throws Exception {
        byte[] image = make("vmdk", "-o", "subformat=monolithicFlat");
        assertThatThrownBy(() -> Inspected.asClaimed("vmdk", image, 65_536)).isInstanceOf(UnsupportedMedia.class);
    }
}
