package glance.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS of one listener, or none. Its files may be read anew; connections that are open keep what they began with. */
final class Tls {
    static final Tls OFF = new Tls(null);

    /** What is older has known weaknesses (RFC 8996). */
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private volatile @Nullable SslContext context;

    private Tls(@Nullable SslContext context) {
        this.context = context;
    }

    /**
     * Reads certificate, key and authorities.
     *
     * @throws IOException naming the file that cannot be used
     */
    static Tls from(HttpServerConfig.@Nullable Tls files) throws IOException {
        return files == null ? OFF : new Tls(read(files));
    }

    /**
     * Uses these files for connections from now on.
     *
     * @throws IOException naming the file that cannot be used; then nothing changes
     */
    void replace(HttpServerConfig.Tls files) throws IOException {
        if (!on()) {
            throw new IllegalStateException("TLS is off");
        }
        context = read(files);
    }

    private static SslContext read(HttpServerConfig.Tls files) throws IOException {
        requireReadable("cert_file", files.certificate());
        requireReadable("key_file", files.key());
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS);
            Path authority = files.authority();
            if (authority != null) {
                requireReadable("ca_file", authority);
                builder.trustManager(authority.toFile()).clientAuth(ClientAuth.REQUIRE);
            }
            return builder.build();
        } catch (IllegalArgumentException | SSLException failure) {
            throw new IOException(
                    "TLS cannot use cert_file " + files.certificate() + " with key_file " + files.key()
                            + " (accepted: PEM certificates, an unencrypted PKCS#8 PEM key): " + failure.getMessage(),
                    failure);
        }
    }

    private static void requireReadable(String option, Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(option + " " + file + " cannot be read");
        }
    }

    boolean on() {
        return context != null;
    }

    /** A handler for one connection; only where {@link #on()}. */
    SslHandler handler(ByteBufAllocator allocator, Duration handshakeTime) {
        SslContext present = context;
        if (present == null) {
            throw new IllegalStateException("TLS is off");
        }
        SslHandler handler = present.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshakeTime.toMillis());
        return handler;
    }
}
