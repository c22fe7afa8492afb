package glance.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Netty's request decoder, made to stop between requests: while one is being answered, what the client sent ahead stays
 * undecoded bytes, at most one read of them. It can also be told to throw away everything that still comes.
 */
final class RequestDecoder extends HttpRequestDecoder {
    private final IntConsumer arrived;
    private @Nullable ChannelHandlerContext context;
    private boolean paused;
    private boolean discarding;

    /** {@code arrived} is told of every read's size before it is decoded. */
    RequestDecoder(HttpServerConfig.Limits limits, IntConsumer arrived) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.headerLineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                // A body part per read, however large the read.
                .setMaxChunkSize(1 << 20)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true));
        this.arrived = arrived;
    }

    /** Stops after the message just emitted. */
    void pause() {
        paused = true;
    }

    /** Decodes on, first what is already here. */
    void resume() {
        paused = false;
        int waiting = actualReadableBytes();
        ChannelHandlerContext own = context;
        if (waiting > 0 && own != null) {
            arrived.accept(waiting);
            try {
                super.channelRead(own, Unpooled.EMPTY_BUFFER);
            } catch (Exception failure) {
                own.fireExceptionCaught(failure);
            }
        }
    }

    /** Whether bytes wait undecoded. */
    boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    /** From now on everything received is dropped. */
    void discard() {
        discarding = true;
        paused = true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof ByteBuf bytes) {
            arrived.accept(bytes.readableBytes());
            if (discarding) {
                bytes.release();
                return;
            }
        }
        super.channelRead(context, message);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (discarding) {
            buffer.skipBytes(buffer.readableBytes());
        } else if (!paused) {
            super.decode(context, buffer, out);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            // The decoder would drop the requests that wait; no request ends by end of input, so it need not know.
            context.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        // Netty would drop Content-Length and go on. Both stay, so that RequestHead sees and refuses them.
    }
}
