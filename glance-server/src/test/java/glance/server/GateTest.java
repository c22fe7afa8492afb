package glance.server;

import static org.assertj.core.api.Assertions.assertThat;

import glance.http.BareRequest;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GateTest {
    private static Request request() {
        return BareRequest.of("GET", "/v2/images", Headers.NONE);
    }

    @Test
    void aRequestThatWaitedLongEnoughIsTold() throws Exception {
        Gate gate = new Gate(Duration.ofMillis(20));
        assertThat(gate.handle(request()).status()).isEqualTo(503);
        assertThat(gate.routeName(request())).isEqualTo("starting");
    }

    @Test
    void aWaitingRequestGoesInWhenTheGateOpens() {
        Gate gate = new Gate(Duration.ofMinutes(1));
        CompletableFuture<Response> waiting = new CompletableFuture<>();
        Thread client = Thread.ofVirtual().start(() -> {
            try {
                waiting.complete(gate.handle(request()));
            } catch (Exception failure) {
                waiting.completeExceptionally(failure);
            }
        });
        while (client.getState() != Thread.State.TIMED_WAITING && client.isAlive()) {
            Thread.onSpinWait();
        }
        gate.open(_ -> new Response.Empty(204, Headers.NONE), _ -> "images");
        assertThat(waiting.join().status()).isEqualTo(204);
        assertThat(gate.routeName(request())).isEqualTo("images");
    }
}
