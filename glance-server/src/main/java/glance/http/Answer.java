package glance.http;

import glance.http.ResponseHead.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;

/** The answer to one request on its way out. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends the channel, which ends the exchange
final class Answer {
    private static final ByteBuf LINE_END =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer("\r\n".getBytes(StandardCharsets.US_ASCII)));
    private static final ByteBuf LAST_CHUNK =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    private final Connection connection;
    private final Channel channel;
    private final RequestHead head;
    private Framing framing = Framing.NONE;
    private boolean persistent;
    private int status;
    private Headers headers = Headers.NONE;
    private long sentBytes;

    Answer(Connection connection, Channel channel, RequestHead head) {
        this.connection = connection;
        this.channel = channel;
        this.head = head;
    }

    /** Sends an answer whose body is in memory, in one flush; {@code content} is not sent where none belongs. */
    void whole(Response response, byte[] content) {
        boolean bodyless = ResponseHead.bodyless(response.status());
        byte[] header = header(response, bodyless ? Framing.NONE : Framing.LENGTH, declared(response, content.length));
        int body = bodyless || isHead() ? 0 : content.length;
        ByteBuf bytes = channel.alloc().directBuffer(header.length + body);
        bytes.writeBytes(header).writeBytes(content, 0, body);
        sentBytes = body;
        finish(bytes);
    }

    /** The length to tell: a HEAD answer without a body may tell that of GET. */
    private long declared(Response response, long length) {
        String told = response.headers().first("Content-Length");
        boolean wanted = isHead() && length == 0 && told != null && told.matches("[0-9]{1,18}");
        return wanted ? Long.parseLong(told) : length;
    }

    /** Sends the header of an answer whose body is left out; {@code length} below 0: unknown. */
    void headOnly(Response response, long length) {
        boolean told = length >= 0 && !ResponseHead.bodyless(response.status());
        finish(Unpooled.wrappedBuffer(header(response, told ? Framing.LENGTH : Framing.NONE, length)));
    }

    /** Sends the header of a streamed answer with the first part to come; {@code length} below 0: unknown. */
    void begin(Response response, long length) {
        Framing chosen;
        if (length >= 0) {
            chosen = Framing.LENGTH;
        } else {
            chosen = head.modern() ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
        }
        channel.write(Unpooled.wrappedBuffer(header(response, chosen, length)), channel.voidPromise());
    }

    private byte[] header(Response response, Framing chosen, long length) {
        connection.outputBegins();
        framing = chosen;
        status = response.status();
        headers = response.headers();
        persistent = chosen != Framing.UNTIL_CLOSE && connection.mayPersist();
        String option = persistent ? (head.modern() ? "" : "keep-alive") : "close";
        return ResponseHead.encode(response, chosen, length, option);
    }

    /** Sends a part; {@code done} hears when the kernel took it or never will. */
    void part(Object part, long size, ChannelFutureListener done) {
        boolean chunk = framing == Framing.CHUNKED;
        if (chunk) {
            channel.write(ByteBufUtil.writeAscii(channel.alloc(), Long.toHexString(size) + "\r\n"));
        }
        (chunk ? channel.write(part) : channel.writeAndFlush(part))
                .addListener(done)
                .addListener(future -> count(part, size, future.isSuccess()));
        if (chunk) {
            channel.writeAndFlush(LINE_END.duplicate());
        }
        connection.watchOutput();
    }

    private void count(Object part, long size, boolean whole) {
        long sent = part instanceof FileSlice slice ? slice.transferred() : whole ? size : 0;
        sentBytes += sent;
        connection.outputTaken(sent);
    }

    void end() {
        finish(framing == Framing.CHUNKED ? LAST_CHUNK.duplicate() : Unpooled.EMPTY_BUFFER);
    }

    private void finish(ByteBuf last) {
        channel.writeAndFlush(last).addListener(future -> connection.over(this, future.isSuccess()));
        connection.watchOutput();
    }

    /** Gives up half-way: the client must not take what it got for the whole. */
    void cut() {
        connection.over(this, false);
    }

    boolean isHead() {
        return head.method().equals("HEAD");
    }

    boolean persistent() {
        return persistent;
    }

    FinishedExchange finished(Request request, long receivedBytes, long nanos, boolean complete) {
        return new FinishedExchange(
                request, request.remote(), status, headers, sentBytes, receivedBytes, nanos, complete);
    }
}
