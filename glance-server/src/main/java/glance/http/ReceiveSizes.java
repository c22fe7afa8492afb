package glance.http;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.util.function.IntSupplier;

/** Sizes each receive buffer by what the connection expects: small for headers, large inside a body. */
final class ReceiveSizes extends DefaultMaxMessagesRecvByteBufAllocator {
    private final IntSupplier bytes;

    ReceiveSizes(IntSupplier bytes) {
        super(1);
        this.bytes = bytes;
    }

    @Override
    @SuppressWarnings("deprecation") // the handle type a channel asks for
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return bytes.getAsInt();
            }
        };
    }
}
