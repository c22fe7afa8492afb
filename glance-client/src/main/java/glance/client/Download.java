package glance.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings the data of one image here and proves it whole.
 *
 * <p>A file is written as {@code <file>.<image id>.part} and takes its own name only when its hash is right, so a file
 * of the wanted name never holds wrong bytes. A part left by an interrupted download, or a file of the wanted name that
 * is no longer than the image, is continued by a range request: the data of an image never change, everything is hashed
 * again from its first byte, and when the whole does not match it is fetched once more from the start. Nothing is
 * continued for an image without any hash. An older file is given up when data begin to come, not by a refusal.
 */
public final class Download {
    /**
     * @param prefer stores to read from first, comma separated; or null
     * @param md5Fallback verify the MD5 when the multihash's algorithm is unknown here
     */
    public record Options(@Nullable String prefer, boolean md5Fallback) {}

    /** Where the data come from, from {@code offset} on or, if the service knows no ranges, from the start. */
    private interface Source {
        ImageData open(long offset);
    }

    private final Source source;
    private final ParallelFetch.@Nullable Sources ranges;
    private final ObjectNode image;
    private final String id;
    private final Options options;
    private final Progress progress;
    private long segmentBytes = ParallelFetch.SEGMENT_BYTES;

    public Download(ImageClient client, String id, Options options, Progress progress) {
        this.source = offset -> client.data(id, options.prefer(), offset);
        this.ranges = () -> {
            ImageClient own = client.another();
            return new ParallelFetch.Source() {
                @Override
                public ImageData open(long start, long end) {
                    return own.range(id, options.prefer(), start, end);
                }

                @Override
                public void close() {
                    own.close();
                }
            };
        };
        this.image = describe(client, id);
        this.id = id;
        this.options = options;
        this.progress = progress;
    }

    /**
     * A download by API v1, which has no ranges: it always starts at the first byte.
     *
     * @param image as {@link ImageClientV1} describes it
     */
    public Download(ImageClientV1 client, ObjectNode image, Progress progress) {
        this.id = image.path("id").stringValue("");
        this.source = _ -> client.data(id);
        this.ranges = null;
        this.image = image;
        this.options = new Options(null, false);
        this.progress = progress;
    }

    /** Cuts the image into pieces of this size when it comes over several connections. */
    Download inSegmentsOf(long bytes) {
        segmentBytes = bytes;
        return this;
    }

    private static ObjectNode describe(ImageClient client, String id) {
        try {
            return client.get(id);
        } catch (HttpFailure refused) {
            throw ImageData.refused(id, refused);
        }
    }

    /** Writes the data as they come; {@code sink} is lent. A wrong hash is told at the end, when the bytes are out. */
    public void to(OutputStream sink) {
        WritableByteChannel channel = Channels.newChannel(sink);
        try (ImageData data = source.open(0)) {
            progress.start(data.size());
            Verdict verdict = copy(data, channel, new Digesting(expected(data), progress));
            sink.flush();
            verdict.require(id);
        } catch (IOException broken) {
            throw failed(broken);
        }
    }

    /** Writes the data to {@code file}; see the class comment. */
    public void to(Path file) {
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                writeThrough(target); // a device or a pipe has neither a past nor a name to take over
                return;
            }
            Path part = target.resolveSibling(target.getFileName() + "." + fileSafeId() + ".part");
            try {
                bringPart(target, part);
            } catch (AccessDeniedException noRoomForParts) {
                writeThrough(target);
                return;
            }
            if (Files.exists(target)) {
                Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(target));
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException broken) {
            throw new ClientException("cannot write " + file + ": " + Text.reason(broken), broken);
        }
    }

    private void bringPart(Path target, Path part) throws IOException {
        long adopted = adopt(target, part);
        try (FileChannel channel = openPart(part)) {
            fill(channel, target, part);
            channel.force(true); // its name says that it is whole, also after a crash
        } catch (ClientException refused) {
            if (adopted > 0 && Files.exists(part) && Files.size(part) == adopted) {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE); // not a byte came: as it was
            }
            throw refused;
        }
    }

    /** Takes a file that may be the beginning of the image as the part; 0 when it cannot be. */
    private long adopt(Path target, Path part) throws IOException {
        if (Files.exists(part) || !Files.exists(target)) {
            return 0;
        }
        long bytes = continuable(Files.size(target));
        if (bytes > 0) {
            Files.move(target, part, StandardCopyOption.ATOMIC_MOVE);
        }
        return bytes;
    }

    private void writeThrough(Path target) throws IOException {
        try (OutputStream out = Files.newOutputStream(target)) {
            to(out);
        }
    }

    private String fileSafeId() {
        String own = image.path("id").stringValue(id);
        return own.replaceAll("[^0-9A-Za-z-]", "_");
    }

    private static FileChannel openPart(Path part) throws IOException {
        FileChannel channel = FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException thisProcess) {
            channel.close();
            throw new ClientException("another download is writing " + part, thisProcess);
        } catch (IOException unlockable) {
            return channel; // some network file systems know no locks
        }
        channel.close();
        throw new ClientException("another download is writing " + part);
    }

    private void fill(FileChannel part, Path target, Path partName) throws IOException {
        long kept = continuable(part.size());
        try {
            if (inParallel(part, target, partName) || (kept > 0 && resume(part, target, kept))) {
                return;
            }
            part.truncate(0);
            try (ImageData data = source.open(0)) {
                empty(target);
                progress.start(data.size());
                part.position(0);
                copy(data, part, new Digesting(expected(data), progress)).require(id);
            }
        } catch (Broken interrupted) {
            if (ranges == null) {
                Files.deleteIfExists(partName); // nothing could continue it
                throw new ClientException(String.valueOf(interrupted.getMessage()), interrupted);
            }
            throw new ClientException(
                    interrupted.getMessage() + "; " + part.size() + " bytes are kept in " + partName
                            + ", the same command continues there",
                    interrupted);
        } catch (RuntimeException refused) {
            if (part.size() == 0) {
                Files.deleteIfExists(partName);
            }
            throw refused;
        }
    }

    /**
     * Fetches what the part lacks over several connections; false when image, service or store are not made for that, and
     * the part is as if it had never been tried.
     */
    private boolean inParallel(FileChannel part, Path target, Path partName) throws IOException {
        Expected expected = Expected.of(image, null, options.md5Fallback()).orElse(null);
        long size = image.path("size").longValue(-1);
        if (ranges == null || expected == null || size < ParallelFetch.WORTH_SEGMENTS * segmentBytes) {
            return false;
        }
        Path stateName = stateOf(partName);
        if (!answersRanges(ranges, target, size)) {
            Files.deleteIfExists(stateName);
            return false;
        }
        try (PartState state = PartState.of(stateName, size, segmentBytes, expected, continuable(part.size()))) {
            boolean resumed = state.bytes() > 0;
            Verdict verdict = fetch(ranges, state, part, expected);
            if (!verdict.right() && resumed) {
                state.reset();
                part.truncate(0);
                verdict = fetch(ranges, state, part, expected);
            }
            state.delete(); // a wrong whole is not worth to be continued either
            verdict.require(id);
            return true;
        } catch (Broken interrupted) {
            throw new ClientException(
                    "Unable to download image '" + id + "': " + interrupted.getMessage() + "; what came is kept in "
                            + partName + ", the same command continues there",
                    interrupted);
        }
    }

    private Verdict fetch(ParallelFetch.Sources sources, PartState state, FileChannel part, Expected expected)
            throws IOException {
        progress.start(OptionalLong.of(state.size()));
        try {
            return new ParallelFetch(sources, state, part, progress).run(expected);
        } finally {
            if (state.bytes() == 0) { // pieces of segments alone must not pass for a beginning
                part.truncate(0);
                state.delete();
            }
        }
    }

    /** One byte tells: a service or store without ranges sends the whole, or refuses. */
    private boolean answersRanges(ParallelFetch.Sources sources, Path target, long size) throws IOException {
        try (ParallelFetch.Source source = sources.another();
                ImageData last = source.open(size - 1, size)) {
            if (last.offset() != size - 1) {
                return false;
            }
            empty(target);
            return true;
        } catch (HttpFailure refused) {
            if (refused.status() == 416 || refused.status() == 400) {
                return false;
            }
            throw refused;
        }
    }

    private static Path stateOf(Path part) {
        return part.resolveSibling(part.getFileName() + ".state");
    }

    /** How many bytes of a part can be built upon. */
    private long continuable(long partBytes) {
        boolean provable = ranges != null
                && Expected.of(image, null, options.md5Fallback()).isPresent();
        long size = image.path("size").longValue(-1);
        return provable && partBytes <= size ? partBytes : 0;
    }

    /** Completes the part; false when it does not lead to the image and has to be fetched anew. */
    private boolean resume(FileChannel part, Path target, long kept) throws IOException {
        OptionalLong size = OptionalLong.of(image.path("size").longValue());
        progress.start(size);
        try (Digesting hash =
                new Digesting(Expected.of(image, null, options.md5Fallback()).orElseThrow(), progress)) {
            part.position(0);
            hash.read(part, kept);
            if (kept == size.getAsLong()) {
                return hash.verdict().right();
            }
            try (ImageData rest = source.open(kept)) {
                if (rest.offset() != kept) {
                    return false; // the service knows no ranges
                }
                empty(target);
                return copy(rest, part, hash).right();
            }
        } catch (HttpFailure refused) {
            if (refused.status() == 416 || refused.status() == 400) {
                return false; // the store behind the service has no random access, or the part is no part of it
            }
            throw refused;
        }
    }

    private static void empty(Path target) throws IOException {
        if (Files.exists(target)) {
            FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
        }
    }

    private @Nullable Expected expected(ImageData data) {
        return Expected.of(image, data.checksum(), options.md5Fallback()).orElse(null);
    }

    private Verdict copy(ImageData data, WritableByteChannel sink, Digesting hash) throws IOException {
        try (hash) {
            while (true) {
                byte[] buffer = hash.buffer();
                int length;
                try {
                    length = data.bytes().readNBytes(buffer, 0, buffer.length);
                } catch (IOException gone) {
                    throw new Broken(failed(gone).getMessage(), gone);
                }
                if (length == 0) {
                    break;
                }
                ByteBuffer piece = ByteBuffer.wrap(buffer, 0, length);
                while (piece.hasRemaining()) {
                    sink.write(piece);
                }
                hash.took(buffer, length);
            }
            progress.end();
            return hash.verdict();
        }
    }

    private ClientException failed(IOException broken) {
        return new ClientException("Unable to download image '" + id + "': " + Text.reason(broken), broken);
    }

    /** The service stopped sending; what came is good. */
    static final class Broken extends IOException {
        private static final long serialVersionUID = 1;

        Broken(@Nullable String message, IOException cause) {
            super(message, cause);
        }
    }
}
