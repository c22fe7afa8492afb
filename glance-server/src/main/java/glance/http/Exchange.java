package glance.http;

import glance.store.Payload;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer, on a virtual thread of its own. */
final class Exchange implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);
    private static final byte[] NOTHING = {};

    /** A larger answer in memory is streamed, so that many slow readers do not pile up copies. */
    private static final int WHOLE_BYTES = 256 << 10;

    private final Handler handler;
    private final Channel channel;
    private final boolean sendfile;
    private final Request request;
    private final RequestBody body;
    private final Answer answer;
    private final long begun = System.nanoTime();

    Exchange(Handler handler, Channel channel, boolean sendfile, Request request, RequestBody body, Answer answer) {
        this.handler = handler;
        this.channel = channel;
        this.sendfile = sendfile;
        this.request = request;
        this.body = body;
        this.answer = answer;
    }

    @Override
    public void run() {
        try (body) {
            send(answer());
        } catch (IOException broken) {
            log.debug("exchange broken request={} cause={}", this, broken.toString());
            cut();
        } catch (RejectedExecutionException stopped) {
            log.debug("exchange outlived the server request={}", this);
        } catch (RuntimeException | Error failure) {
            log.error("answer failed request={}", this, failure);
            cut();
        }
    }

    private void cut() {
        try {
            channel.eventLoop().execute(answer::cut);
        } catch (RejectedExecutionException stopped) {
            log.debug("exchange outlived the server request={}", this);
        }
    }

    /** The handler's answer, or ours when it failed. */
    private Response answer() throws IOException {
        try {
            return sendable(handler.handle(request));
        } catch (IOException broken) {
            Refusal refusal = broken instanceof Refusal own ? own : body.failure();
            if (refusal != null && refusal.status() != 0) {
                return EngineAnswer.of(refusal.status(), String.valueOf(refusal.getMessage()));
            }
            if (refusal == null && channel.isActive()) {
                log.warn("handler broke off request={}", this, broken);
            }
            throw broken;
        } catch (RuntimeException | Error failure) {
            log.error("handler failed request={}", this, failure);
            return EngineAnswer.of(500, "The server failed to answer.");
        }
    }

    private static Response sendable(Response response) {
        try {
            ResponseHead.require(response);
            return response;
        } catch (IllegalArgumentException unsendable) {
            if (response instanceof Response.Stream stream) {
                stream.payload().close();
            }
            throw unsendable;
        }
    }

    private void send(Response response) throws IOException {
        switch (response) {
            case Response.Empty empty -> channel.eventLoop().execute(() -> answer.whole(empty, NOTHING));
            case Response.Bytes bytes
            when bytes.content().length <= WHOLE_BYTES ->
                channel.eventLoop().execute(() -> answer.whole(bytes, bytes.content()));
            case Response.Bytes bytes ->
                stream(new Response.Stream(bytes.status(), bytes.headers(), new BytesPayload(bytes.content())));
            case Response.Stream stream -> stream(stream);
        }
    }

    private void stream(Response.Stream response) throws IOException {
        try (Payload payload = response.payload()) {
            if (answer.isHead() || ResponseHead.bodyless(response.status())) {
                long length = payload.length().orElse(-1);
                channel.eventLoop().execute(() -> answer.headOnly(response, length));
                return;
            }
            pour(response, payload);
        }
    }

    private void pour(Response.Stream response, Payload payload) throws IOException {
        ConnectionSink sink = new ConnectionSink(channel, answer, response, sendfile);
        try {
            payload.transferTo(sink);
            sink.end();
        } catch (IOException | RuntimeException | Error failure) {
            if (sink.started() || !channel.isActive()) {
                throw sink.isBroken() ? new IOException(failure) : logged(failure);
            }
            logged(failure);
            send(EngineAnswer.of(500, "The server failed to read the data."));
        } finally {
            sink.close();
        }
    }

    private IOException logged(Throwable failure) {
        log.error("answer failed half-way request={}", this, failure);
        return new IOException("answer failed", failure);
    }

    FinishedExchange finished(boolean complete) {
        return answer.finished(request, body.receivedBytes(), System.nanoTime() - begun, complete);
    }

    boolean has(Answer other) {
        return answer == other;
    }

    boolean persistent() {
        return answer.persistent();
    }

    /** Method and path, without the query, which may carry secrets. */
    @Override
    public String toString() {
        return request.method() + " " + request.rawPath();
    }
}
