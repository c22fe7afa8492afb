package glance.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;

/** Builds the pipeline of an accepted connection: TLS if any, the request decoder, the connection's own state. */
final class ConnectionSetup extends ChannelInitializer<Channel> {
    private final Service service;
    private final Transport transport;
    private final Tls tls;

    ConnectionSetup(Service service, Transport transport, Tls tls) {
        this.service = service;
        this.transport = transport;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        boolean sendfile = transport == Transport.EPOLL && !tls.on();
        Connection connection = new Connection(service, channel, new Connection.Kind(tls.on(), sendfile));
        channel.config().setRecvByteBufAllocator(new ReceiveSizes(connection::receiveBytes));
        transport.adapt(channel);
        ChannelPipeline pipeline = channel.pipeline();
        if (tls.on()) {
            pipeline.addLast(tls.handler(channel.alloc(), service.limits().header()));
        }
        pipeline.addLast(connection.decoder(), connection);
    }
}
