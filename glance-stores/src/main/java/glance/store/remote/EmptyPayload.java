package glance.store.remote;

import glance.store.Payload;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/** No bytes: a slice that is empty, for which no store needs to be asked. */
public enum EmptyPayload implements Payload {
    INSTANCE;

    @Override
    public OptionalLong length() {
        return OptionalLong.of(0);
    }

    @Override
    public long transferTo(WritableByteChannel sink) {
        return 0;
    }

    @Override
    public void close() {}
}
