package glance.format;

import glance.error.GlanceException.UnsupportedMedia;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Hostile bytes lead to a judgement, never to anything else. */
class FormatInspectionProperties {
    private static final List<String> FORMATS =
            List.of("raw", "qcow2", "qed", "vhd", "vhdx", "vmdk", "vdi", "iso", "gpt", "luks", "ami");
    private static final int[] REGION_TABLE = {0x72, 0x65, 0x67, 0x69};

    @Property(tries = 300)
    void anyBytesUnderAnyMagicAreJudged(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 9) int magic,
            @ForAll @IntRange(min = 0, max = 400_000) int size,
            @ForAll @IntRange(min = 1, max = 70_000) int pieceBytes) {
        byte[] image = new byte[size];
        Random random = new Random(seed);
        random.nextBytes(image);
        if (random.nextBoolean()) {
            // Mostly zeros: small numbers in the headers reach deeper.
            for (int i = 0; i < size; i++) {
                image[i] = random.nextInt(20) == 0 ? image[i] : 0;
            }
        }
        plant(image, magic, random);
        judge(FORMATS.get(random.nextInt(FORMATS.size())), image, pieceBytes);
    }

    @Property(tries = 200)
    void anyVhdxTablesAreJudged(
            @ForAll long seed,
            @ForAll @LongRange(min = 0) long regionOffset,
            @ForAll int itemOffset,
            @ForAll @IntRange(min = 0, max = 5000) int entries) {
        ByteBuffer image = ByteBuffer.allocate(500_000).order(ByteOrder.LITTLE_ENDIAN);
        byte[] noise = new byte[4096];
        new Random(seed).nextBytes(noise);
        image.put(0, "vhdxfile".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < REGION_TABLE.length; i++) {
            image.put(196_608 + i, (byte) REGION_TABLE[i]);
        }
        image.putInt(196_616, entries).put(196_624 + 32, noise);
        byte[] guid = java.util.HexFormat.of().parseHex("06a27c8b90479a4bb8fe575f050f886e");
        image.put(196_624, guid).putLong(196_640, seed % 2 == 0 ? 300_000 : regionOffset);
        image.put(300_000, "metadata".getBytes(StandardCharsets.US_ASCII)).putShort(300_010, (short) entries);
        image.put(300_032, java.util.HexFormat.of().parseHex("2442a52f1bcd7648b2115dbed83bf4b8"));
        image.putInt(300_048, itemOffset).putInt(300_052, 8);
        judge("vhdx", image.array(), 10_000);
    }

    private static void plant(byte[] image, int magic, Random random) {
        String[] starts = {
            "QFI\u00fb", "QED\0", "conectix", "vhdxfile", "KDMV", "LUKS\u00ba\u00be", "createtype=\"", "", "", ""
        };
        put(image, 0, starts[magic]);
        if (magic == 4) {
            put(image, 4, "\1\0\0\0");
            put(image, 28, "\1\0\0\0\0\0\0\0");
            put(image, 56, random.nextBoolean() ? "\u00ff".repeat(8) : "\0".repeat(8));
            put(image, 512, "createType=\"streamOptimized\"\nrw 1 x\n");
        }
        if (magic == 7) {
            put(image, 0x40, "\u007f\u0010\u00da\u00be");
        }
        if (magic == 8) {
            put(image, 510, "U\u00aa");
        }
        if (magic == 9) {
            put(image, 32_769, "CD001");
        }
    }

    private static void put(byte[] image, int at, String latin1) {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        if (at + bytes.length <= image.length) {
            System.arraycopy(bytes, 0, image, at, bytes.length);
        }
    }

    private static void judge(String format, byte[] image, int pieceBytes) {
        try {
            Long virtualSize = Inspected.asClaimed(format, image, pieceBytes);
            if (virtualSize != null && virtualSize <= 0) {
                throw new AssertionError("virtual size " + virtualSize);
            }
        } catch (UnsupportedMedia refused) {
            if (refused.reason().isEmpty()) {
                throw new AssertionError("a refusal says why", refused);
            }
        }
    }
}
