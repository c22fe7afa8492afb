package glance.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A file system that breaks as told, dies as told, and remembers what was asked of it. */
final class BreakableDisk extends FileLayer {
    /** Calls, in order. */
    enum Call {
        CREATE,
        WRITE,
        SYNC,
        PUBLISH,
        DELETE,
        SYNC_DIRECTORY
    }

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger countdown = new AtomicInteger();
    private volatile @Nullable Call broken;
    private volatile @Nullable IOException failure;
    private volatile boolean dead;

    /** The {@code nth} call of this kind fails, counted from 1. */
    void breakAt(Call call, int nth, IOException with) {
        countdown.set(nth);
        failure = with;
        broken = call;
    }

    /** From now on nothing changes on the disk any more, as if the process had been killed. */
    void die() {
        dead = true;
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    private void pass(Call call) throws IOException {
        calls.add(call);
        if (dead) {
            throw new IOException("the process is dead");
        }
        IOException with = failure;
        if (call == broken && with != null && countdown.decrementAndGet() == 0) {
            throw with;
        }
    }

    @Override
    FileChannel create(Path file) throws IOException {
        pass(Call.CREATE);
        return super.create(file);
    }

    @Override
    int write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        pass(Call.WRITE);
        return super.write(file, bytes, position);
    }

    @Override
    void sync(FileChannel file) throws IOException {
        pass(Call.SYNC);
        super.sync(file);
    }

    @Override
    void publish(Path from, Path to) throws IOException {
        pass(Call.PUBLISH);
        super.publish(from, to);
    }

    @Override
    boolean delete(Path file) throws IOException {
        pass(Call.DELETE);
        return super.delete(file);
    }

    @Override
    void syncDirectory(Path directory) throws IOException {
        pass(Call.SYNC_DIRECTORY);
        super.syncDirectory(directory);
    }
}
