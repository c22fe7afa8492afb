package glance.task;

import glance.error.GlanceException;
import java.util.List;
import java.util.Optional;

/** Tasks, whoever owns them. Each method is one transaction. */
public interface TaskRepository {
    /**
     * Records a task.
     *
     * @throws GlanceException.Conflict when the id is taken, be it by a deleted task
     */
    Task create(String id, TaskValues values);

    /** A live task, or a deleted one. */
    Optional<Task> find(String id);

    /**
     * A page, without input, result and message.
     *
     * @throws GlanceException.NotFound when the marker is no task
     */
    List<Task> list(TaskQuery query);

    /**
     * Replaces what is said about a live task.
     *
     * @throws GlanceException.NotFound when it is gone
     */
    Task update(String id, TaskValues values);

    /**
     * Removes a task; its row stays until it is purged.
     *
     * @throws GlanceException.NotFound when it is gone
     */
    Task delete(String id);

    /** Removes those of a project whose time is over. How many there were. */
    int expire(String owner);
}
