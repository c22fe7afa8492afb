package glance.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel's interface: native epoll, which has sendfile, or the JDK's selectors where epoll is missing. */
enum Transport {
    EPOLL(EpollServerSocketChannel.class, EpollServerDomainSocketChannel.class),
    NIO(NioServerSocketChannel.class, NioServerDomainSocketChannel.class);

    private static final Logger log = LoggerFactory.getLogger(Transport.class);

    /** More than one loop per core only adds switches; more than eight never had work. */
    private static final int LOOPS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);

    private final Class<? extends ServerChannel> tcpChannel;
    private final Class<? extends ServerChannel> unixChannel;

    Transport(Class<? extends ServerChannel> tcpChannel, Class<? extends ServerChannel> unixChannel) {
        this.tcpChannel = tcpChannel;
        this.unixChannel = unixChannel;
    }

    static Transport best() {
        if (Epoll.isAvailable()) {
            return EPOLL;
        }
        log.warn("native epoll unavailable, using NIO cause={}", String.valueOf(Epoll.unavailabilityCause()));
        return NIO;
    }

    /** The kernel's oldest congestion control, which is always there and never paces. */
    private static final ByteBuffer UNPACED = StandardCharsets.US_ASCII.encode("reno");

    private static final RawUnixChannelOption TCP_CONGESTION =
            new RawUnixChannelOption("TCP_CONGESTION", 6, 13, UNPACED.remaining()); // IPPROTO_TCP, see tcp(7)

    /**
     * What the kernel holds of an answer beyond what the connection's window lets it send. More is only memory for slow
     * clients, and bytes that have left the processor's cache when their turn comes. Measured on loopback, with
     * {@link ConnectionSink}'s cork: twice the throughput at a fifth of the CPU.
     */
    private static final long UNSENT_BYTES = 32 << 10;

    EventLoopGroup loops() {
        IoHandlerFactory handlers = this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(LOOPS, new DefaultThreadFactory("http-io"), handlers);
    }

    /** A TCP listener without loops and handlers yet. */
    ServerBootstrap tcp(HttpServerConfig.Listener listener) {
        ServerBootstrap bootstrap = stream(tcpChannel, listener.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
        int keepIdle = Math.toIntExact(listener.tcpKeepIdle().toSeconds());
        return this == EPOLL
                ? bootstrap
                        .childOption(EpollChannelOption.TCP_KEEPIDLE, keepIdle)
                        .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
                : bootstrap.childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), keepIdle);
    }

    /** A listener on a socket file, without loops and handlers yet. */
    ServerBootstrap unix(HttpServerConfig.Listener listener) {
        return stream(unixChannel, listener.backlog());
    }

    private static ServerBootstrap stream(Class<? extends ServerChannel> channel, int backlog) {
        return new ServerBootstrap()
                .channel(channel)
                .option(ChannelOption.SO_BACKLOG, backlog)
                .childOption(ChannelOption.AUTO_READ, false)
                // A client may end its side after the request and still read the answer.
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
    }

    /**
     * Adapts an accepted connection to its peer. A system that paces by default, with BBR, sets a timer for every 64 KiB also
     * where there is no network to be gentle to, as to a proxy on this host: that is nine tenths of a download's work.
     */
    void adapt(Channel channel) {
        if (channel instanceof EpollSocketChannel tcp
                && tcp.remoteAddress() != null
                && tcp.remoteAddress().getAddress().isLoopbackAddress()) {
            tcp.config().setOption(TCP_CONGESTION, UNPACED.duplicate());
        }
    }

    SocketAddress unixAddress(Path file) {
        return this == EPOLL ? new DomainSocketAddress(file.toString()) : UnixDomainSocketAddress.of(file);
    }

    /** Whether somebody listens on the socket file already; a file nobody listens on is left from a crash. */
    boolean answers(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(file));
        } catch (ConnectException refused) {
            return false;
        }
    }
}
