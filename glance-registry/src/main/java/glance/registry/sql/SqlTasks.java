package glance.registry.sql;

import glance.error.GlanceException;
import glance.image.StorableText;
import glance.task.Task;
import glance.task.TaskQuery;
import glance.task.TaskRepository;
import glance.task.TaskStatus;
import glance.task.TaskValues;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Tasks in SQL: a row of what lists show, and one of what is long. A deleted task's rows stay until they are purged. */
final class SqlTasks implements TaskRepository {
    private static final String COLUMNS = """
            SELECT t.id, t.type, t.status, t.owner, t.expires_at, t.image_id, t.request_id, t.user_id,
                t.created_at, t.updated_at, t.deleted_at, t.deleted,\s""";
    private static final String WHOLE =
            COLUMNS + "i.input, i.result, i.message FROM tasks t LEFT JOIN task_info i ON i.task_id = t.id WHERE ";

    private final Database database;
    private final Dialect dialect;
    private final InstantSource clock;

    SqlTasks(Database database, InstantSource clock) {
        this.database = database;
        this.dialect = database.dialect();
        this.clock = clock;
    }

    @Override
    public Task create(String id, TaskValues values) {
        return database.write(handle -> {
            try {
                handle.execute(
                        """
                        INSERT INTO tasks (id, type, status, owner, expires_at, image_id, request_id, user_id,
                            created_at, updated_at, deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                        id,
                        values.type(),
                        values.status().wire(),
                        values.owner(),
                        time(values.expiresAt()),
                        values.imageId(),
                        values.requestId(),
                        values.userId(),
                        now(),
                        now(),
                        false);
            } catch (UnableToExecuteStatementException e) {
                if (e.getCause() instanceof SQLException cause && dialect.isDuplicate(cause)) {
                    throw new GlanceException.Conflict("Task " + id + " already exists");
                }
                throw e;
            }
            writeInfo(handle, id, values);
            return require(handle, id);
        });
    }

    private void writeInfo(Handle handle, String id, TaskValues values) {
        boolean isThere = handle.select("SELECT task_id FROM task_info WHERE task_id = ?", id)
                .mapTo(String.class)
                .findFirst()
                .isPresent();
        handle.execute(
                isThere
                        ? "UPDATE task_info SET input = ?, result = ?, message = ? WHERE task_id = ?"
                        : "INSERT INTO task_info (input, result, message, task_id) VALUES (?, ?, ?, ?)",
                values.input(),
                values.result(),
                values.message(),
                id);
    }

    @Override
    public Optional<Task> find(String id) {
        return StorableText.isStorable(id) ? database.read(handle -> find(handle, id)) : Optional.empty();
    }

    private Optional<Task> find(Handle handle, String id) {
        SqlText query = new SqlText(WHOLE).addRepeated(dialect.equal("t.id", 1), List.of(id));
        return handle.select(query.sql(), query.values().toArray())
                .map((row, context) -> task(row))
                .findFirst();
    }

    private Task require(Handle handle, String id) {
        return find(handle, id).orElseThrow(() -> new GlanceException.NotFound("There is no task with id " + id));
    }

    /** A live one, its row kept from others. */
    private Task hold(Handle handle, String id) {
        handle.select("SELECT id FROM tasks WHERE id = ?" + dialect.forUpdate(), id)
                .mapTo(String.class)
                .findFirst();
        Task task = require(handle, id);
        if (task.deletedAt() != null) {
            throw new GlanceException.NotFound("There is no task with id " + id);
        }
        return task;
    }

    private Task task(ResultSet row) throws SQLException {
        Instant created = dialect.time(row, 9);
        Instant updated = dialect.time(row, 10);
        if (created == null) {
            throw new IllegalStateException("tasks.created_at is null");
        }
        Instant last = updated == null ? created : updated;
        Instant deletedAt = dialect.time(row, 11);
        boolean isDeleted = row.getBoolean(12);
        return new Task(
                row.getString(1),
                new TaskValues(
                        row.getString(2),
                        TaskStatus.parse(row.getString(3)),
                        row.getString(4),
                        dialect.time(row, 5),
                        row.getString(13),
                        row.getString(14),
                        row.getString(15),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8)),
                created,
                last,
                // Whether it is deleted is said by the flag alone.
                isDeleted ? (deletedAt == null ? last : deletedAt) : null);
    }

    @Override
    public List<Task> list(TaskQuery query) {
        return database.read(handle -> {
            SqlText sql = new SqlText(
                    COLUMNS + "NULL, NULL, NULL FROM tasks t WHERE COALESCE(deleted, FALSE) = ?", query.deleted());
            String owner = query.owner();
            if (owner != null) {
                sql.add(" AND ").addRepeated(dialect.equal("owner", 1), List.of(owner));
            }
            for (Map.Entry<String, String> filter : query.equal().entrySet()) {
                if (!StorableText.isStorable(filter.getValue())) {
                    return List.of();
                }
                sql.add(" AND ").addRepeated(dialect.equal(filter.getKey(), 1), List.of(filter.getValue()));
            }
            RowOrder order = new RowOrder("tasks", query.key(), query.ascending());
            String marker = query.marker();
            if (marker != null) {
                if (!StorableText.isStorable(marker)) {
                    throw new GlanceException.NotFound("The marker is no task");
                }
                String last = require(handle, marker).id();
                boolean atNull = handle.select(order.isNullOf(), last)
                        .mapTo(Boolean.class)
                        .one();
                sql.add(" AND ").add(order.after(last, atNull));
            }
            sql.add(order.orderBy(dialect) + " LIMIT ?", query.limit());
            return handle.select(sql.sql(), sql.values().toArray())
                    .map((row, context) -> task(row))
                    .list();
        });
    }

    @Override
    public Task update(String id, TaskValues values) {
        return database.write(handle -> {
            hold(handle, id);
            handle.execute(
                    """
                    UPDATE tasks SET type = ?, status = ?, owner = ?, expires_at = ?, image_id = ?, request_id = ?,
                        user_id = ?, updated_at = ? WHERE id = ?""",
                    values.type(),
                    values.status().wire(),
                    values.owner(),
                    time(values.expiresAt()),
                    values.imageId(),
                    values.requestId(),
                    values.userId(),
                    now(),
                    id);
            writeInfo(handle, id, values);
            return require(handle, id);
        });
    }

    @Override
    public Task delete(String id) {
        return database.write(handle -> {
            hold(handle, id);
            handle.execute("UPDATE tasks SET deleted = ?, deleted_at = ? WHERE id = ?", true, now(), id);
            return require(handle, id);
        });
    }

    @Override
    public int expire(String owner) {
        return database.write(handle -> {
            SqlText sql = new SqlText(
                            "UPDATE tasks SET deleted = ?, deleted_at = ? WHERE NOT deleted AND expires_at <= ? AND ",
                            true,
                            now(),
                            now())
                    .addRepeated(dialect.equal("owner", 1), List.of(owner));
            return handle.execute(sql.sql(), sql.values().toArray());
        });
    }

    private Object now() {
        return dialect.time(clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private @Nullable Object time(@Nullable Instant time) {
        return time == null ? null : dialect.time(time);
    }
}
