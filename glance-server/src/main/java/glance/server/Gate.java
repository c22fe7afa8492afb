package glance.server;

import glance.api.ErrorResponses;
import glance.error.GlanceException;
import glance.http.Handler;
import glance.http.Request;
import glance.http.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests wait while the service is still mending what a crash left: the port is bound first, so that a second
 * process of the same name stops there, and nothing is served before the mending is done. A request waits for a while only.
 */
final class Gate implements Handler {
    private record Inside(Handler handler, Function<Request, String> routeName) {}

    private final CountDownLatch opened = new CountDownLatch(1);
    private final Duration patience;
    private volatile @Nullable Inside inside;

    /** @param patience how long a request waits before it is answered 503 */
    Gate(Duration patience) {
        this.patience = patience;
    }

    /** Lets everybody in. */
    void open(Handler handler, Function<Request, String> routeName) {
        inside = new Inside(handler, routeName);
        opened.countDown();
    }

    @Override
    public Response handle(Request request) throws IOException {
        try {
            if (!opened.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return ErrorResponses.of(
                        new GlanceException.Unavailable("The service is starting and still mends what a crash left"),
                        request);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return ErrorResponses.of(new GlanceException.Unavailable("The service is stopping"), request);
        }
        Inside service = inside;
        if (service == null) {
            throw new IllegalStateException("opened without a service");
        }
        return service.handler().handle(request);
    }

    /** A bounded name for the request's route. */
    String routeName(Request request) {
        Inside service = inside;
        return service == null ? "starting" : service.routeName().apply(request);
    }
}
