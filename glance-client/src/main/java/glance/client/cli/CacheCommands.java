package glance.client.cli;

import glance.client.CacheClient;
import glance.client.ClientException;
import glance.client.HttpFailure;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Commands about the image cache of one API server. */
final class CacheCommands {
    private static final String IMAGE = "<IMAGE_ID>";
    private static final String UNKNOWN = "N/A";

    private CacheCommands() {}

    static Command list() {
        return new Command("cache-list", "Get cache state.", Grammar::formatted, CacheCommands::list);
    }

    private static void list(Invocation call) {
        ObjectNode state = cache(call).list();
        Listing list =
                new Listing("ID", "State", "Last Accessed (UTC)", "Last Modified (UTC)", "Size", "Hits").inTheMiddle();
        for (JsonNode image : state.path("cached_images")) {
            list.row(
                    Cell.of(image.path("image_id")),
                    Cell.text("cached"),
                    time(image.path("last_accessed")),
                    time(image.path("last_modified")),
                    known(image.path("size")),
                    known(image.path("hits")));
        }
        for (JsonNode image : state.path("queued_images")) {
            Cell unknown = known(image.path("never"));
            list.row(Cell.of(image), Cell.text("queued"), unknown, unknown, unknown, unknown);
        }
        call.print(list);
    }

    private static Cell known(JsonNode value) {
        Cell cell = Cell.of(value);
        return cell.value().isNull() ? new Cell(cell.value(), UNKNOWN) : cell;
    }

    /** Seconds since 1970 as Python's {@code isoformat} writes them, with microseconds when there are any. */
    private static Cell time(JsonNode seconds) {
        if (!seconds.isNumber() || seconds.decimalValue().signum() == 0) {
            return new Cell(Cell.of(seconds).value(), UNKNOWN);
        }
        BigDecimal micros = seconds.decimalValue().movePointRight(6).setScale(0, RoundingMode.HALF_EVEN);
        long all = micros.longValue();
        LocalDateTime time = LocalDateTime.ofEpochSecond(
                Math.floorDiv(all, 1_000_000L), Math.floorMod(all, 1_000_000) * 1000, ZoneOffset.UTC);
        String pattern = all % 1_000_000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.SSSSSS";
        return Cell.text(time.format(DateTimeFormatter.ofPattern(pattern)));
    }

    static Command queue() {
        return onImages(
                "cache-queue",
                "Queue image(s) for caching.",
                "ID of image(s) to queue for caching.",
                CacheClient::queue,
                "queue the image '%s' for caching");
    }

    static Command delete() {
        return onImages(
                "cache-delete",
                "Delete image from cache/caching queue.",
                "ID of image(s) to delete from cache/queue.",
                CacheClient::delete,
                "delete the image '%s' from cache");
    }

    static Command clear() {
        return new Command(
                "cache-clear",
                "Clear all images from cache, queue or both.",
                grammar -> grammar.add(Grammar.text("--target", "", "What to clear; both if not given.")
                        .oneOf("both", "cache", "queue")),
                call -> {
                    CacheClient cache = cache(call);
                    attempt(
                            "delete image(s) from cache",
                            () -> cache.clear(call.arguments().or("--target", "both")));
                });
    }

    /** Does something with one image. */
    private interface Action {
        void on(CacheClient cache, String image);
    }

    /** Goes on after a failure; fails at the end if any did. */
    private static Command onImages(String name, String summary, String help, Action action, String deed) {
        return new Command(name, summary, grammar -> grammar.arguments(IMAGE, help), call -> {
            CacheClient cache = cache(call);
            List<String> images = call.arguments().texts(IMAGE);
            call.forEach(
                    images, image -> attempt(String.format(deed, image), () -> action.on(cache, call.imageId(image))));
        });
    }

    private static void attempt(String deed, Runnable action) {
        try {
            action.run();
        } catch (HttpFailure refused) {
            throw new ClientException(
                    refused.status() == 403
                            ? "You are not permitted to " + deed + "."
                            : "'" + refused.getMessage() + "': Unable to " + deed + ".",
                    refused);
        }
    }

    /** The cache of the server the user names: behind a load balancer it would be that of any. */
    private static CacheClient cache(Invocation call) {
        if (!call.endpointGiven()) {
            throw new ClientException("Direct server endpoint needs to be provided, by --os-image-url or"
                    + " env[OS_IMAGE_URL]. Do not use loadbalanced or catalog endpoints.");
        }
        if (!call.client().hasVersion("v2.14")) {
            throw new ClientException("HTTP Glance does not support image caching API (v2.14)");
        }
        return call.cache();
    }
}
