package glance.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: what it is doing, what it may read now, and until when. All on its event loop, but for
 * {@link #drain} and {@link #cut}.
 *
 * <pre>
 * HEADER → EXCHANGE → (DISCARDING →) WAITING → HEADER …
 *              └────→ LINGERING → CLOSED
 * </pre>
 *
 * Reading is by demand: nothing is read while a request is answered, unless its handler reads the body. A connection that
 * cannot carry another request, and may still be sent to, ends by {@link Linger}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends the channel, which ends the exchange
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private static final int HEADER_READ_BYTES = 16 << 10;
    private static final int BODY_READ_BYTES = 256 << 10;
    private static final int CROWDED_READ_BYTES = 64 << 10;

    /** An unread body up to this size is read and dropped to keep the connection. */
    private static final int SKIP_BYTES = 64 << 10;

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private enum Phase {
        WAITING,
        HEADER,
        EXCHANGE,
        DISCARDING,
        LINGERING,
        CLOSED
    }

    /** What the connection runs over. */
    record Kind(boolean tls, boolean sendfile) {}

    private final Service service;
    private final Channel channel;
    private final Kind kind;
    private final RequestDecoder decoder;
    private final Deadline deadline;
    private final OutputWatch output;
    private final Pace pace;
    private final Linger linger;
    private Phase phase = Phase.HEADER;
    private long idleSince;
    private @Nullable SocketAddress remote;
    private boolean anyByte;
    private boolean inputClosed;
    private boolean continuePending;
    private boolean persistent;
    private @Nullable RequestBody inbound;
    private volatile @Nullable Exchange exchange;

    Connection(Service service, Channel channel, Kind kind) {
        this.service = service;
        this.channel = channel;
        this.kind = kind;
        this.decoder = new RequestDecoder(service.limits(), this::arrived);
        this.deadline = new Deadline(channel.eventLoop(), this::late);
        this.linger = new Linger(channel, deadline);
        this.output = new OutputWatch(channel, service.limits());
        this.pace = new Pace(service.limits());
    }

    RequestDecoder decoder() {
        return decoder;
    }

    /** Where the client is; also once the connection is closed. */
    @Nullable
    SocketAddress remote() {
        return remote;
    }

    /** How much the next read may bring. */
    int receiveBytes() {
        RequestBody body = inbound;
        if (phase == Phase.LINGERING) {
            return CROWDED_READ_BYTES;
        }
        if (body == null || body.isComplete()) {
            return HEADER_READ_BYTES;
        }
        int most = service.connections().crowded() ? CROWDED_READ_BYTES : BODY_READ_BYTES;
        return Math.clamp(body.remaining(), HEADER_READ_BYTES, most);
    }

    // --- reading ---

    @Override
    public void channelActive(ChannelHandlerContext context) {
        remote = channel.remoteAddress();
        if (!service.connections().admit(this)) {
            phase = Phase.CLOSED;
            channel.close();
            return;
        }
        service.connections().opened(this);
        deadline.in(service.limits().header().toNanos());
        if (service.connections().draining()) {
            channel.close();
        }
        advance();
    }

    private void arrived(int bytes) {
        anyByte = true;
        if (phase == Phase.WAITING) {
            phase = Phase.HEADER;
            deadline.in(service.limits().header().toNanos());
        } else if (phase == Phase.LINGERING) {
            linger.dropped(bytes);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest request && phase == Phase.HEADER) {
                begin(request);
            }
            if (message instanceof HttpContent content && inbound != null) {
                received(inbound, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest message) {
        deadline.clear();
        try {
            RequestHead head = RequestHead.of(message, service.limits());
            RequestBody body = new RequestBody(head.length(), new BodyDemand(), service.connections());
            Request request = request(head, body);
            if (!service.connections().tryBegin()) {
                refuse(request, new Refusal(503, "The server is busy with as many requests as it takes."));
                return;
            }
            phase = Phase.EXCHANGE;
            inbound = body;
            pace.begin();
            persistent = head.persistent();
            continuePending = head.awaitsContinue() && !body.isComplete();
            Answer answer = new Answer(this, channel, head);
            Exchange begun = new Exchange(service.handler(), channel, kind.sendfile(), request, body, answer);
            exchange = begun;
            service.threads().newThread(begun).start();
        } catch (Refusal refusal) {
            refuse(null, refusal);
        }
    }

    private Request request(RequestHead head, RequestBody body) {
        InetSocketAddress remote = channel.remoteAddress() instanceof InetSocketAddress address
                ? address
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new Request(
                head.method(),
                kind.tls() ? "https" : "http",
                head.path(),
                head.query(),
                head.headers(),
                body,
                head.length() != 0,
                remote);
    }

    private void received(RequestBody body, HttpContent content) {
        if (!content.decoderResult().isSuccess()) {
            body.fail(new Refusal(400, "the chunked request body is malformed"));
            decoder.discard();
            return;
        }
        if (content.content().isReadable()) {
            // A client that did not wait needs no permission any more.
            continuePending = false;
            pace.moved();
            body.received(content.content().retain());
        }
        if (content instanceof LastHttpContent) {
            body.complete();
            continuePending = false;
            decoder.pause();
            if (phase == Phase.DISCARDING) {
                channel.eventLoop().execute(this::next);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        RequestBody body = inbound;
        if (body != null) {
            body.flush();
        }
        advance();
    }

    /** Asks for more bytes if the present phase can take them. */
    private void advance() {
        switch (phase) {
            case WAITING, HEADER, DISCARDING -> channel.read();
            case LINGERING -> {
                if (linger.wants()) {
                    channel.read();
                }
            }
            case EXCHANGE -> {
                RequestBody body = inbound;
                if (body != null && body.wants()) {
                    // Only now is it the client that is waited for.
                    deadline.in(pace.await(body.receivedBytes()));
                    channel.read();
                } else {
                    pace.moved();
                    deadline.clear();
                }
            }
            case CLOSED -> {}
        }
    }

    /** The handler's side of the body; every call comes from the request's thread. */
    private final class BodyDemand implements RequestBody.Demand {
        @Override
        public void begun() {
            channel.eventLoop().execute(() -> {
                RequestBody body = inbound;
                if (body != null) {
                    body.want();
                }
                if (continuePending && phase == Phase.EXCHANGE) {
                    continuePending = false;
                    channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
                }
                advance();
            });
        }

        @Override
        public void more() {
            channel.eventLoop().execute(Connection.this::advance);
        }
    }

    // --- answering ---

    /** Whether the connection can carry another request after the answer that begins now. */
    boolean mayPersist() {
        RequestBody body = inbound;
        boolean bodyEnds = body == null
                || body.isComplete()
                || (body.failure() == null && !continuePending && body.remaining() <= SKIP_BYTES);
        return bodyEnds
                && service.config().keepAlive()
                && !service.connections().draining()
                && persistent;
    }

    void watchOutput() {
        output.watch();
    }

    void outputBegins() {
        output.begin();
    }

    /** So much of an answer has been taken, in whole parts. */
    void outputTaken(long bytes) {
        output.took(bytes);
    }

    /** The answer is out, or never will be. Told again, or of an earlier request, it does nothing. */
    void over(Answer answer, boolean complete) {
        Exchange done = exchange;
        if (done == null || !done.has(answer)) {
            return;
        }
        exchange = null;
        service.connections().ended();
        service.observer().finished(done.finished(complete));
        if (phase == Phase.CLOSED) {
            return;
        }
        RequestBody body = inbound;
        if (!complete) {
            channel.close();
        } else if (!done.persistent()) {
            linger();
        } else if (body == null || body.isComplete()) {
            next();
        } else {
            phase = Phase.DISCARDING;
            deadline.in(Linger.IDLE.toNanos());
            advance();
        }
    }

    /** Turns to the next request, which may be here already. */
    private void next() {
        inbound = null;
        phase = Phase.WAITING;
        idleSince = System.nanoTime();
        deadline.in(service.limits().keepAliveIdle().toNanos());
        decoder.resume();
        if (phase != Phase.WAITING && phase != Phase.HEADER) {
            return;
        }
        if (inputClosed || (service.connections().draining() && phase == Phase.WAITING)) {
            channel.close();
        } else {
            advance();
        }
    }

    /** Answers by the engine itself what cannot become a request, and ends the connection. */
    private void refuse(@Nullable Request request, Refusal refusal) {
        long begun = System.nanoTime();
        decoder.discard();
        phase = Phase.LINGERING;
        linger.begin();
        Response.Bytes response = EngineAnswer.of(refusal.status(), String.valueOf(refusal.getMessage()));
        byte[] head = ResponseHead.encode(response, ResponseHead.Framing.LENGTH, response.content().length, "close");
        byte[] content = request != null && request.method().equals("HEAD") ? new byte[0] : response.content();
        channel.writeAndFlush(Unpooled.wrappedBuffer(head, content)).addListener(sent -> {
            boolean complete = sent.isSuccess();
            service.observer()
                    .finished(new FinishedExchange(
                            request,
                            remote instanceof InetSocketAddress address ? address : null,
                            response.status(),
                            response.headers(),
                            complete ? content.length : 0,
                            0,
                            System.nanoTime() - begun,
                            complete));
            linger();
        });
    }

    private void linger() {
        RequestBody body = inbound;
        boolean allRead = body != null && body.isComplete() && !decoder.holdsBytes();
        if (inputClosed || allRead) {
            channel.close();
            return;
        }
        decoder.discard();
        phase = Phase.LINGERING;
        linger.begin();
        linger.shutOutput();
        advance();
    }

    // --- ends ---

    /** The phase's time is up. */
    private void late() {
        RequestBody body = inbound;
        if (phase == Phase.EXCHANGE && body != null) {
            body.fail(new Refusal(408, pace.reason()));
        } else if (phase == Phase.HEADER && anyByte) {
            refuse(
                    null,
                    new Refusal(
                            408,
                            "the request header took longer than "
                                    + service.limits().header().toSeconds() + " s"));
        } else {
            channel.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        inputClosed = true;
        if (phase == Phase.EXCHANGE) {
            RequestBody body = inbound;
            if (body != null) {
                body.fail(Refusal.peerGone());
            }
        } else {
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (phase == Phase.CLOSED) {
            return; // never admitted
        }
        phase = Phase.CLOSED;
        deadline.cancel();
        output.cancel();
        RequestBody body = inbound;
        if (body != null) {
            body.fail(Refusal.peerGone());
        }
        service.connections().closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            log.debug("connection lost remote={} cause={}", channel.remoteAddress(), cause.toString());
        } else {
            log.warn("connection failed remote={}", channel.remoteAddress(), cause);
        }
        channel.close();
    }

    /** The server stops: close if idle. From any thread. */
    void drain() {
        channel.eventLoop().execute(() -> {
            if (phase == Phase.WAITING || (phase == Phase.HEADER && !anyByte)) {
                channel.close();
            }
        });
    }

    /** Closes if it has waited for another request for so long. From any thread. */
    void closeIfIdle(Duration least) {
        channel.eventLoop().execute(() -> {
            if (phase == Phase.WAITING && System.nanoTime() - idleSince >= least.toNanos()) {
                channel.close();
            }
        });
    }

    /** Closes at once; returns the request in progress, if any. From any thread. */
    @Nullable
    String cut() {
        Exchange current = exchange;
        channel.close();
        return current == null ? null : current.toString();
    }
}
