package glance.store.rbd;

import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.StoreException;
import glance.store.remote.PartBudget;
import glance.store.remote.PartKept;
import glance.store.remote.RangeReader;
import glance.store.remote.WindowedPayload;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/**
 * A slice of an image's snapshot on its way out, several requests at a time.
 *
 * <p>librbd reads zeros where the cluster has no object, and does not notice that an open image is being removed: its data would
 * turn into zeros in the middle of a download. So each object's piece that came back as zeros counts only once the cluster
 * says, after the read, that the snapshot is still there: objects of a snapshot go after the snapshot itself.
 */
final class RbdPayload implements Payload {
    private static final int SMALL_BYTES = 256 << 10;

    private final Source source;
    private final WindowedPayload window;

    /**
     * What is read.
     *
     * @param id the image's, which its header is found by
     * @param snapshot its number, or {@link #HEAD}
     */
    record Source(ClusterLink link, RbdImage image, String id, long snapshot, long size, int objectBytes)
            implements RangeReader {
        /** The number Ceph gives to no snapshot. */
        static final long HEAD = -2;

        /** Opens it; blocks. */
        static Source open(ClusterLink link, RbdImage image, RbdLocation at, int objectBytes)
                throws CephError, ClosedChannelException {
            String snapshot = at.snapshot();
            return image.call((ceph, handle) -> new Source(
                    link,
                    image,
                    ceph.id(handle),
                    snapshot == null ? HEAD : ceph.snapshotId(handle, snapshot),
                    ceph.size(handle),
                    objectBytes));
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            int start = into.position();
            int wanted = into.remaining();
            long got = image.read(offset, into);
            if (got != wanted) {
                throw new StoreException.Unavailable(
                        "reading " + image + ": " + got + " bytes at " + offset + " instead of " + wanted, null);
            }
            if (mayBeGone(offset, into, start, wanted)) {
                requireThere();
            }
            into.position(start + wanted);
        }

        private boolean mayBeGone(long offset, ByteBuffer bytes, int start, int length) {
            int done = 0;
            while (done < length) {
                int piece = (int) Math.min(length - done, objectBytes - (offset + done) % objectBytes);
                if (Zeros.only(bytes, start + done, piece)) {
                    return true;
                }
                done += piece;
            }
            return false;
        }

        private void requireThere() throws StoreException {
            MemorySegment pool = image.pool();
            try {
                link.run(
                        "looking for " + image,
                        (cluster, _) -> {
                            cluster.ceph().requireSnapshot(pool, id, snapshot);
                            return true;
                        },
                        _ -> {});
            } catch (CephError error) {
                throw error.whileDoing("looking for " + image);
            }
        }

        /** One small piece after the other, in memory of its own. */
        @Override
        public void stream(ByteRange range, WritableByteChannel sink) throws IOException {
            ByteBuffer piece = ByteBuffer.allocateDirect((int) Math.min(SMALL_BYTES, range.length()));
            long done = 0;
            while (done < range.length()) {
                piece.clear().limit((int) Math.min(piece.capacity(), range.length() - done));
                try {
                    read(range.offset() + done, piece);
                } catch (PartKept kept) {
                    throw kept.failure();
                }
                done += piece.flip().remaining();
                while (piece.hasRemaining()) {
                    sink.write(piece);
                }
            }
        }
    }

    /**
     * @param pieceBytes of one request, at most
     */
    RbdPayload(Source source, ByteRange range, int pieceBytes, int inFlight, PartBudget budget) {
        this.source = source;
        this.window = new WindowedPayload(range, pieceBytes, inFlight, budget, source);
    }

    @Override
    public OptionalLong length() {
        return window.length();
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        return window.transferTo(sink);
    }

    @Override
    public void close() {
        window.close();
        source.image().close();
    }
}
