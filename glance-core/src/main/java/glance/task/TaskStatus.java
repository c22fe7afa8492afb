package glance.task;

import glance.error.GlanceException;
import java.util.Locale;

/** The life of a task. */
public enum TaskStatus {
    PENDING,
    PROCESSING,
    SUCCESS,
    FAILURE;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the wire's and the database's form.
     *
     * @throws GlanceException.InvalidRequest when there is no such status
     */
    public static TaskStatus parse(String text) {
        for (TaskStatus status : values()) {
            if (status.wire().equals(text)) {
                return status;
            }
        }
        throw new GlanceException.InvalidRequest(
                "'status' is no status of tasks; accepted: pending, processing, success, failure");
    }
}
