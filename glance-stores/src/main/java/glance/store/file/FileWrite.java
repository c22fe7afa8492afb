package glance.store.file;

import glance.fault.FailPoint;
import glance.fault.FailPoints;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One image's data being written: bytes go to a hidden temporary file; the commit syncs them, publishes the file under its
 * final name, which never replaces another, and syncs the directory. Every {@value #WRITEBACK_BYTES} bytes a sync starts
 * on another thread, so that the disk works while the network does and the last sync is short.
 */
final class FileWrite implements WriteSession<StoreLocation> {
    private static final Logger LOG = LoggerFactory.getLogger(FileWrite.class);
    private static final long WRITEBACK_BYTES = 64L << 20;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 * 1024).asReadOnlyBuffer();

    private final Parts store;
    private final Path temporary;
    private final StoreLocation location;
    private final Path target;
    private final FileChannel file;
    /** The early sync under way or done, and how it failed. */
    private CompletableFuture<Optional<IOException>> writeback = CompletableFuture.completedFuture(Optional.empty());

    private long size;
    private long writtenBack;
    private boolean endsInHole;
    private boolean open = true;
    private boolean committed;

    /**
     * What a write uses of its store.
     *
     * @param syncs where early syncs run
     * @param closed told about the temporary file when nobody writes it any more
     */
    record Parts(
            FileStoreConfig config, FileLayer disk, FailPoints failPoints, Executor syncs, Consumer<Path> closed) {}

    FileWrite(Parts store, FileChannel file, Path temporary, Path target, StoreLocation location) {
        this.store = store;
        this.file = file;
        this.temporary = temporary;
        this.target = target;
        this.location = location;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        int count = source.remaining();
        try {
            if (store.config().thin()) {
                writeThin(source);
            } else {
                writeWhole(source);
            }
            store.failPoints().pass(FailPoint.STORE_WRITING);
            writeBack();
        } catch (IOException failure) {
            throw failed("writing", failure);
        }
        return count;
    }

    private void writeWhole(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            size += store.disk().write(file, source, size);
        }
        endsInHole = false;
    }

    /** Piece by piece up to each chunk boundary; a piece of zeros only moves the position. */
    private void writeThin(ByteBuffer source) throws IOException {
        int chunkBytes = store.config().chunkBytes();
        while (source.hasRemaining()) {
            int length = (int) Math.min(source.remaining(), chunkBytes - size % chunkBytes);
            ByteBuffer piece = source.slice(source.position(), length);
            source.position(source.position() + length);
            if (isZero(piece)) {
                size += length;
                endsInHole = true;
            } else {
                writeWhole(piece);
            }
        }
    }

    private static boolean isZero(ByteBuffer piece) {
        for (int from = 0; from < piece.remaining(); from += ZEROS.capacity()) {
            int length = Math.min(ZEROS.capacity(), piece.remaining() - from);
            if (piece.slice(from, length).mismatch(ZEROS.slice(0, length)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private void writeBack() throws IOException {
        if (size - writtenBack < WRITEBACK_BYTES || !writeback.isDone()) {
            return;
        }
        awaitWriteback();
        writtenBack = size;
        writeback = CompletableFuture.supplyAsync(this::sync, store.syncs());
    }

    private Optional<IOException> sync() {
        try {
            store.disk().sync(file);
            return Optional.empty();
        } catch (IOException failure) {
            return Optional.of(failure);
        }
    }

    /** The kernel reports a failed write-back once per open file, perhaps to the early sync: that one counts as well. */
    private void awaitWriteback() throws IOException {
        Optional<IOException> failure = writeback.join();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    @Override
    public StoreLocation commit() throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        try {
            finishData();
            store.failPoints().pass(FailPoint.STORE_BEFORE_RENAME);
            store.disk().publish(temporary, target);
        } catch (FileAlreadyExistsException taken) {
            throw new StoreException.AlreadyExists("there is data at " + location + " already");
        } catch (NoSuchFileException removed) {
            throw new StoreException.NotFound("the half-written file of " + location + " was removed meanwhile");
        } catch (IOException failure) {
            throw failed("committing", failure);
        }
        committed = true;
        try {
            store.failPoints().pass(FailPoint.STORE_AFTER_RENAME);
            store.disk().syncDirectory(directory());
        } catch (IOException failure) {
            throw undone(failure);
        }
        close();
        return location;
    }

    private void finishData() throws IOException {
        if (endsInHole) {
            store.disk().write(file, ByteBuffer.wrap(new byte[1]), size - 1);
        }
        awaitWriteback();
        store.failPoints().pass(FailPoint.STORE_BEFORE_SYNC);
        setPermissions();
        store.disk().sync(file);
    }

    private void setPermissions() {
        if (store.config().permissions().isEmpty()) {
            return;
        }
        try {
            Files.setPosixFilePermissions(temporary, store.config().permissions());
        } catch (IOException | UnsupportedOperationException failure) {
            LOG.warn("file permissions could not be set file={}", target, failure);
        }
    }

    /** Published, but perhaps not durably: takes the name back, so that a failed commit left nothing. */
    private StoreException undone(IOException failure) {
        try {
            store.disk().delete(target);
            return failed("committing", failure);
        } catch (IOException second) {
            failure.addSuppressed(second);
            return new StoreException.OutcomeUnknown("the data may or may not be at " + location, failure);
        }
    }

    private StoreException failed(String doing, IOException failure) {
        return FileFailures.of(doing + " " + target, directory(), failure);
    }

    private Path directory() {
        return Objects.requireNonNull(target.getParent());
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        if (!open) {
            return;
        }
        open = false;
        // An early sync still running would otherwise lose its file in the middle and report that as a disk error.
        writeback.join();
        try (file) {
            if (!committed) {
                store.disk().delete(temporary);
            }
        } catch (IOException failure) {
            // The sweep removes it later; the reason why there was no commit must not be hidden by this one.
            LOG.warn("a half-written file could not be removed file={}", temporary, failure);
        } finally {
            store.closed().accept(temporary);
        }
    }
}
