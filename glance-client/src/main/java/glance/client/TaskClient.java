package glance.client;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** The calls about tasks, which administrators start by themselves. Failures are those of {@link ImageClient}. */
public final class TaskClient {
    private static final String TASKS = "/v2/tasks";

    private final Session session;

    public TaskClient(Session session) {
        this.session = session;
    }

    /** Gives the tasks to {@code each} as the pages arrive; the filters are query parameters. */
    public void list(List<Map.Entry<String, String>> filters, Consumer<ObjectNode> each) {
        Pages.each(session, TASKS + "?" + Endpoint.query(filters), "tasks", Long.MAX_VALUE, each);
    }

    public ObjectNode get(String id) {
        return ImageClient.object(session.document(Request.get(session.uri(TASKS + "/" + Endpoint.encoded(id)))));
    }

    public ObjectNode create(ObjectNode task) {
        return ImageClient.object(
                session.document(Request.of("POST", session.uri(TASKS)).json(task)));
    }
}
