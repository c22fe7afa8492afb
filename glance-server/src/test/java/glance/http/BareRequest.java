package glance.http;

import glance.store.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/** Requests without body, query and socket, for what handles them. */
public final class BareRequest {
    /** From where they seem to come. */
    public static final String CLIENT = "10.1.2.3";

    private BareRequest() {}

    public static Request of(String method, String path, Headers headers) {
        return new Request(
                method,
                "http",
                path,
                "",
                headers,
                new NoBody(),
                false,
                new InetSocketAddress(InetAddress.ofLiteral(CLIENT), 4711));
    }

    private record NoBody() implements Payload {
        @Override
        public OptionalLong length() {
            return OptionalLong.of(0);
        }

        @Override
        public long transferTo(WritableByteChannel sink) {
            return 0;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
