package glance.api.registry;

import glance.api.Json;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.registry.remote.CommandFailure;
import glance.registry.remote.RegistryRpc;
import glance.task.Task;
import glance.task.TaskQuery;
import glance.task.TaskRepository;
import glance.task.TaskStatus;
import glance.task.TaskValues;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Upstream's commands about tasks, for one caller: administrators reach all, others those of their project. */
final class TaskCommands {
    private static final CommandSet<TaskCommands> COMMANDS = CommandSet.of(
            CommandSet.command("task_create", "values", "", TaskCommands::create),
            CommandSet.command("task_get", "task_id", "force_show_deleted", TaskCommands::get),
            CommandSet.command(
                    "task_get_all", "", "filters marker limit sort_key sort_dir admin_as_user", TaskCommands::getAll),
            CommandSet.command("task_update", "task_id values", "", TaskCommands::update),
            CommandSet.command("task_delete", "task_id", "", TaskCommands::delete));

    private final TaskRepository tasks;
    private final Caller caller;

    private TaskCommands(TaskRepository tasks, Caller caller) {
        this.tasks = tasks;
        this.caller = caller;
    }

    static RegistryRpc.Commands of(TaskRepository tasks, Caller caller) {
        return COMMANDS.on(new TaskCommands(tasks, caller));
    }

    private Object create(Arguments arguments) {
        Arguments given = arguments.object("values");
        String id = given.findText("id").orElseGet(() -> UUID.randomUUID().toString());
        if (id.length() > 36) {
            throw Arguments.invalid("id", "of the task has " + id.length() + " characters; at most 36 are allowed");
        }
        TaskValues none = new TaskValues(
                given.text("type"),
                TaskStatus.parse(given.text("status")),
                given.text("owner"),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        TaskValues values = values(given, none);
        requireOwner(values.owner());
        try {
            return whole(tasks.create(id, values));
        } catch (GlanceException.Conflict taken) {
            throw CommandFailure.of("Duplicate", taken.reason());
        }
    }

    private void requireOwner(String owner) {
        if (!caller.admin() && !owner.equals(caller.projectId())) {
            throw new GlanceException.Forbidden("The task is another project's");
        }
    }

    /** What is named replaces what is there. */
    private static TaskValues values(Arguments given, TaskValues before) {
        return new TaskValues(
                given.findText("type").orElse(before.type()),
                given.findText("status").map(TaskStatus::parse).orElse(before.status()),
                given.findText("owner").orElse(before.owner()),
                given.names("expires_at")
                        ? given.find("expires_at")
                                .map(value -> Arguments.time("expires_at", value))
                                .orElse(null)
                        : before.expiresAt(),
                json(given, "input", before.input()),
                json(given, "result", before.result()),
                text(given, "message", before.message()),
                text(given, "image_id", before.imageId()),
                text(given, "request_id", before.requestId()),
                text(given, "user_id", before.userId()));
    }

    private static @Nullable String text(Arguments given, String name, @Nullable String before) {
        return given.names(name) ? given.findText(name).orElse(null) : before;
    }

    private static @Nullable String json(Arguments given, String name, @Nullable String before) {
        return given.names(name) ? given.find(name).map(JsonNode::toString).orElse(null) : before;
    }

    private Object get(Arguments arguments) {
        return whole(visible(arguments, caller.admin() || arguments.flag("force_show_deleted")));
    }

    private Task visible(Arguments arguments, boolean evenDeleted) {
        String id = arguments.text("task_id");
        Task task = tasks.find(id)
                .filter(found -> evenDeleted || found.deletedAt() == null)
                .orElseThrow(() -> CommandFailure.of("TaskNotFound", "Task with id " + id + " was not found"));
        requireOwner(task.values().owner());
        return task;
    }

    /** As upstream has it, the list of a project clears away its tasks whose time is over. */
    private Object getAll(Arguments arguments) {
        String project = caller.projectId();
        boolean all = caller.admin() && !arguments.flag("admin_as_user");
        if (!all && project == null) {
            return List.of();
        }
        if (project != null) {
            tasks.expire(project);
        }
        Map<String, String> equal = new LinkedHashMap<>();
        Arguments filters = arguments.object("filters");
        for (Map.Entry<String, JsonNode> filter : filters.values().properties()) {
            if (!filter.getKey().equals("deleted")) {
                equal.put(filter.getKey(), Arguments.text(filter.getKey(), filter.getValue()));
            }
        }
        String key = arguments.findText("sort_key").orElse("created_at");
        if (!TaskQuery.KEYS.contains(key)) {
            throw CommandFailure.of("InvalidSortKey", "Tasks cannot be sorted by this key");
        }
        TaskQuery query = new TaskQuery(
                all ? null : project,
                equal,
                filters.flag("deleted"),
                arguments.findText("marker").orElse(null),
                CallerNamespaces.room(arguments.findLimit()),
                key,
                arguments.ascending());
        return unlessGone(() -> CallerNamespaces.bounded(tasks.list(query)).stream()
                .map(TaskCommands::document)
                .toList());
    }

    private Object update(Arguments arguments) {
        Task before = visible(arguments, false);
        TaskValues values = values(arguments.object("values"), before.values());
        requireOwner(values.owner());
        return unlessGone(() -> whole(tasks.update(before.id(), values)));
    }

    private Object delete(Arguments arguments) {
        Task task = visible(arguments, false);
        return unlessGone(() -> whole(tasks.delete(task.id())));
    }

    private static <T> T unlessGone(Supplier<T> work) {
        try {
            return work.get();
        } catch (GlanceException.NotFound gone) {
            throw CommandFailure.of("TaskNotFound", gone.reason());
        }
    }

    private static Map<String, @Nullable Object> whole(Task task) {
        Map<String, @Nullable Object> document = document(task);
        document.put("input", value(task.values().input()));
        document.put("result", value(task.values().result()));
        document.put("message", task.values().message());
        return document;
    }

    private static @Nullable JsonNode value(@Nullable String json) {
        return json == null || json.isBlank() ? null : Json.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, @Nullable Object> document(Task task) {
        TaskValues values = task.values();
        Instant deletedAt = task.deletedAt();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", task.id());
        document.put("type", values.type());
        document.put("status", values.status().wire());
        document.put("owner", values.owner());
        document.put("image_id", values.imageId());
        document.put("request_id", values.requestId());
        document.put("user_id", values.userId());
        document.put("expires_at", Documents.rpcTime(values.expiresAt()));
        document.put("created_at", Documents.rpcTime(task.createdAt()));
        document.put("updated_at", Documents.rpcTime(task.updatedAt()));
        document.put("deleted_at", Documents.rpcTime(deletedAt));
        document.put("deleted", deletedAt != null);
        return document;
    }
}
