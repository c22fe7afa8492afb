package glance.e2e;

import glance.testkit.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Images that other people's programs made. */
final class RealImages {
    /** 1 GiB as qemu-img says it. */
    static final long VIRTUAL_BYTES = 1L << 30;

    private RealImages() {}

    /** The bootable ISO image of Debian's package {@code memtest86+}. */
    static Path bootable() {
        return Needs.file("/usr/lib/memtest86+/memtest86+x64.iso");
    }

    /**
     * A disk made by {@code qemu-img} that holds the bootable image's bytes and has a virtual size of a gibibyte.
     *
     * @param qemuFormat e.g. {@code qcow2}, {@code vmdk}, {@code vdi}, {@code vhdx}, {@code vpc}
     * @param options {@code -o} of qemu-img; may be empty
     */
    static Path disk(Path directory, String qemuFormat, String options) throws IOException, InterruptedException {
        Needs.programs("qemu-img");
        Path raw = directory.resolve("source.raw");
        if (!Files.exists(raw)) {
            Files.copy(bootable(), raw);
            Command.of("truncate", "-s", Long.toString(VIRTUAL_BYTES), raw.toString())
                    .run()
                    .orFail();
        }
        Path disk = directory.resolve("disk." + qemuFormat);
        Command convert = Command.of("qemu-img", "convert", "-f", "raw", "-O", qemuFormat);
        (options.isEmpty() ? convert : convert.and("-o", options))
                .and(raw.toString(), disk.toString())
                .run()
                .orFail();
        return disk;
    }

    /** A digest of a file's bytes in hex. */
    static String digest(String algorithm, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance(algorithm))) {
            digest.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
