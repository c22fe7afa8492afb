package glance.task;

import glance.error.GlanceException;
import glance.image.StorableText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is said about a task.
 *
 * @param type at most 30 characters
 * @param owner a project
 * @param expiresAt when it may go, known once it has ended
 * @param input JSON, what is to be done
 * @param result JSON, what came of it
 * @param message for people
 * @param imageId the image it is about
 * @param requestId the request that began it
 * @param userId who sent that
 */
public record TaskValues(
        String type,
        TaskStatus status,
        String owner,
        @Nullable Instant expiresAt,
        @Nullable String input,
        @Nullable String result,
        @Nullable String message,
        @Nullable String imageId,
        @Nullable String requestId,
        @Nullable String userId) {
    /** Bytes of MySQL's TEXT, the shortest of the engines'. */
    private static final int TEXT_BYTES = 65_535;

    /**
     * Checks.
     *
     * @throws GlanceException.InvalidRequest when a database could not hold it
     */
    public TaskValues {
        require("type", type, 30);
        require("owner", owner, 255);
        require("input", input, TEXT_BYTES);
        require("result", result, TEXT_BYTES);
        require("message", message, TEXT_BYTES);
        require("image_id", imageId, 36);
        require("request_id", requestId, 64);
        require("user_id", userId, 64);
    }

    private static void require(String what, @Nullable String text, int most) {
        if (text == null) {
            return;
        }
        // Short columns count characters, those of unlimited text bytes.
        int size = most == TEXT_BYTES ? text.getBytes(StandardCharsets.UTF_8).length : text.length();
        if (size > most) {
            throw new GlanceException.InvalidRequest(
                    "'" + what + "' of the task is " + size + " long; at most " + most + " is allowed");
        }
        StorableText.require(what, text);
    }
}
