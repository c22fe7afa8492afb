package glance.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException.UnsupportedMedia;
import glance.format.ImageFormats.Matching;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatInspectionTest {
    private static final String SAFE_DESCRIPTOR = """
            # Disk DescriptorFile
            version=1
            CID=1
            parentCID=ffffffff
            createType="monolithicSparse"

            RW 2048 SPARSE "x.vmdk"

            ddb.adapterType = "ide"
            """;

    private static byte[] qcow2(int version, long backingFile, long features) {
        ByteBuffer image = ByteBuffer.allocate(1024);
        image.putInt(0, 0x514649FB).putInt(4, version).putLong(8, backingFile);
        image.putLong(24, 10L << 30).putLong(72, features);
        return image.array();
    }

    private static byte[] partitionTable(int type, int boot) {
        byte[] image = new byte[2048];
        image[446] = (byte) boot;
        image[450] = (byte) type;
        image[510] = 0x55;
        image[511] = (byte) 0xAA;
        return image;
    }

    private static byte[] vmdk(String descriptor, long grainDirectory) {
        ByteBuffer image = ByteBuffer.allocate(64 * 512).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0, "KDMV".getBytes(StandardCharsets.US_ASCII)).putInt(4, 1).putLong(12, 2048);
        image.putLong(28, 1).putLong(36, 20).putLong(56, grainDirectory);
        image.put(512, descriptor.getBytes(StandardCharsets.US_ASCII));
        return image.array();
    }

    private static byte[] withFooter(byte[] vmdk, long grainDirectoryOfCopy) {
        ByteBuffer image =
                ByteBuffer.wrap(Arrays.copyOf(vmdk, vmdk.length + 1536)).order(ByteOrder.LITTLE_ENDIAN);
        image.putLong(vmdk.length, 1).putInt(vmdk.length + 12, 3);
        image.put(vmdk.length + 512, vmdk, 0, 512).putLong(vmdk.length + 512 + 56, grainDirectoryOfCopy);
        return image.array();
    }

    private static void assertRefused(String format, byte[] bytes, String reason) {
        assertThatThrownBy(() -> Inspected.asClaimed(format, bytes, 4096))
                .isInstanceOf(UnsupportedMedia.class)
                .hasMessageContaining(reason);
    }

    @Test
    void rawIsAsLargeAsItIs() {
        assertThat(Inspected.asClaimed("raw", new byte[5000], 4096)).isEqualTo(5000);
    }

    @Test
    void emptyRawHasNoVirtualSize() {
        assertThat(Inspected.asClaimed("raw", new byte[0], 4096)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ami", "ari", "aki", "ploop"})
    void formatsThatCannotBeInspectedAreAcceptedAsRaw(String format) {
        assertThat(Inspected.asClaimed(format, new byte[5000], 4096)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"qcow2", "vhd", "vhdx", "vmdk", "vdi", "iso", "luks"})
    void zerosAreNoOtherFormat(String format) {
        assertRefused(format, new byte[100_000], "image is raw, not " + format);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 512, 4096, 100_000})
    void piecesOfAnySizeAreOneStream(int pieceBytes) {
        assertThat(Inspected.asClaimed("qcow2", qcow2(3, 0, 0), pieceBytes)).isEqualTo(10L << 30);
        assertThat(Inspected.asClaimed("vmdk", vmdk(SAFE_DESCRIPTOR, 30), pieceBytes))
                .isEqualTo(1 << 20);
        assertThat(Inspected.asClaimed("vmdk", withFooter(vmdk(SAFE_DESCRIPTOR, -1), 30), pieceBytes))
                .isEqualTo(1 << 20);
    }

    @Test
    void claimedFormatMustBeTheDetectedOne() {
        assertRefused("vmdk", qcow2(3, 0, 0), "image is qcow2, not vmdk");
        assertRefused("ami", qcow2(3, 0, 0), "image is qcow2, not ami");
    }

    @ParameterizedTest
    @CsvSource({"3,512,0,backing_file", "3,0,4,data_file", "3,0,16,unknown_features", "9,0,0,unknown_features"})
    void unsafeQcow2IsRefusedUnderAnyClaim(int version, long backingFile, long features, String check) {
        byte[] image = qcow2(version, backingFile, features);
        assertRefused("qcow2", image, check);
        assertRefused("raw", image, check);
    }

    @Test
    void safeContentMayBeClaimedRaw() {
        assertThat(Inspected.asClaimed("raw", qcow2(2, 0, 0), 4096)).isEqualTo(1024);
    }

    @Test
    void qedIsAlwaysRefused() {
        byte[] image = Arrays.copyOf(new byte[] {'Q', 'E', 'D', 0}, 1024);
        assertRefused("raw", image, "banned");
        assertRefused("qed", image, "banned");
    }

    @Test
    void headerThatIsCutOffIsNoMatch() {
        assertRefused("qcow2", Arrays.copyOf(qcow2(3, 0, 0), 511), "image is raw");
    }

    @Test
    void virtualSizeBeyondSignedNumbersIsUnknown() {
        byte[] image = qcow2(3, 0, 0);
        Arrays.fill(image, 24, 32, (byte) 0xFF);
        assertThat(Inspected.asClaimed("qcow2", image, 4096)).isNull();
    }

    @Test
    void vmdkThatNamesAFileOfTheHostIsRefused() {
        String descriptor = SAFE_DESCRIPTOR.replace("\"x.vmdk\"", "\"/etc/passwd\"");
        assertRefused("vmdk", vmdk(descriptor, 30), "descriptor");
        assertRefused("raw", vmdk(descriptor, 30), "descriptor");
        assertRefused("vmdk", vmdk(SAFE_DESCRIPTOR.replace("monolithicSparse", "monolithicFlat"), 30), "descriptor");
        assertRefused("vmdk", vmdk(SAFE_DESCRIPTOR + "some thing\n", 30), "descriptor");
        assertRefused("vmdk", vmdk("createType=\"monolithicSparse\"\n", 30), "descriptor");
    }

    @Test
    void descriptorAloneIsAVmdkAndUnsafe() {
        String text = """
                # Disk DescriptorFile
                createType="monolithicFlat"
                RW 1 FLAT "/etc/passwd" 0
                """ + "#".repeat(600);
        assertRefused("raw", text.getBytes(StandardCharsets.US_ASCII), "descriptor");
    }

    @Test
    void otherTextIsRaw() {
        byte[] text = "line of text\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        assertThat(Inspected.asClaimed("raw", text, 100)).isEqualTo(text.length);
    }

    @Test
    void vmdkFooterMustAgreeWithTheHeader() {
        assertRefused("vmdk", withFooter(vmdk(SAFE_DESCRIPTOR, -1), -1), "footer");
        assertRefused("vmdk", vmdk(SAFE_DESCRIPTOR, -1), "footer");
    }

    @Test
    void vmdkCutOffInItsDescriptorIsRefused() {
        assertRefused("vmdk", Arrays.copyOf(vmdk(SAFE_DESCRIPTOR, 30), 1024), "not complete");
    }

    @Test
    void partitionTableIsToleratedAsConfigured() {
        byte[] odd = partitionTable(0x83, 0x42);
        assertThat(Inspected.asClaimed("raw", odd, 4096)).isEqualTo(2048);
        assertThatThrownBy(() -> Inspected.pour(new FormatInspection("raw", Matching.REQUIRED, Set.of()), odd, 4096))
                .isInstanceOf(UnsupportedMedia.class)
                .hasMessageContaining("mbr");
        assertThat(Inspected.pour(
                        new FormatInspection("gpt", Matching.REQUIRED, Set.of()), partitionTable(0x83, 0x80), 4096))
                .isEqualTo(2048);
    }

    @Test
    void bootSectorOfAFatFileSystemIsNoPartitionTable() {
        byte[] image = partitionTable(0x83, 0x42);
        image[0x10] = 2;
        image[0x15] = (byte) 0xF8;
        assertThat(Inspected.pour(new FormatInspection("raw", Matching.REQUIRED, Set.of()), image, 4096))
                .isEqualTo(2048);
    }

    @Test
    void discWithPartitionTableIsADisc() {
        byte[] image = Arrays.copyOf(partitionTable(0xEE, 0), 40_000);
        image[32_768] = 1;
        System.arraycopy("CD001".getBytes(StandardCharsets.US_ASCII), 0, image, 32_769, 5);
        image[32_768 + 80] = 20;
        image[32_768 + 129] = 8;
        assertThat(Inspected.asClaimed("iso", image, 1000)).isEqualTo(20 * 2048);
    }

    @Test
    void twoFormatsAtOnceAreRefused() {
        byte[] image = qcow2(3, 0, 0);
        System.arraycopy(partitionTable(0x83, 0), 446, image, 446, 66);
        assertRefused("qcow2", image, "several formats at once: gpt, qcow2");
    }

    @Test
    void luksVersionTwoIsRefused() {
        byte[] image = new byte[4096];
        System.arraycopy(new byte[] {'L', 'U', 'K', 'S', (byte) 0xBA, (byte) 0xBE, 0, 2}, 0, image, 0, 8);
        assertRefused("luks", image, "version");
        image[7] = 1;
        image[107] = 4;
        assertThat(Inspected.asClaimed("luks", image, 4096)).isEqualTo(2048);
    }

    @Test
    void mismatchIsOnlyWarnedAboutWhenNotRequired() {
        assertThat(Inspected.pour(new FormatInspection("vmdk", Matching.WARNED_ABOUT, Set.of()), qcow2(3, 0, 0), 4096))
                .isNull();
        assertThatThrownBy(() -> Inspected.pour(
                        new FormatInspection("qcow2", Matching.WARNED_ABOUT, Set.of()), qcow2(3, 1, 0), 4096))
                .isInstanceOf(UnsupportedMedia.class);
    }
}
