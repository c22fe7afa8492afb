package glance.store.swift;

import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** A write that came second: it takes what it is given, stores nothing and is refused on commit. */
final class LateWrite implements WriteSession<StoreLocation> {
    private final String reason;
    private boolean open = true;

    LateWrite(String reason) {
        this.reason = reason;
    }

    @Override
    public int write(ByteBuffer source) throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
        int count = source.remaining();
        source.position(source.limit());
        return count;
    }

    @Override
    public StoreLocation commit() throws StoreException {
        open = false;
        throw new StoreException.AlreadyExists(reason);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
