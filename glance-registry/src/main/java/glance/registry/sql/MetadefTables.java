package glance.registry.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Whole namespaces of metadata definitions, into the tables and out of them. A namespace is one transaction. What a file says
 * is stored as it stands; nothing is validated here.
 */
public final class MetadefTables {
    /** All of them, in an order in which nothing refers to what is emptied. */
    private static final List<String> TABLES = List.of(
            "metadef_properties",
            "metadef_objects",
            "metadef_tags",
            "metadef_namespace_resource_types",
            "metadef_namespaces",
            "metadef_resource_types");

    private final Connection connection;
    private final Dialect dialect;
    private final InstantSource clock;

    MetadefTables(Connection connection, Dialect dialect, InstantSource clock) {
        this.connection = connection;
        this.dialect = dialect;
        this.clock = clock;
    }

    /** A namespace and all below it. */
    public record Namespace(
            String name,
            @Nullable String displayName,
            @Nullable String description,
            @Nullable String visibility,
            @Nullable Boolean isProtected,
            String owner,
            List<Association> associations,
            List<Definition> properties,
            List<Definition> objects,
            List<String> tags) {
        public Namespace {
            associations = List.copyOf(associations);
            properties = List.copyOf(properties);
            objects = List.copyOf(objects);
            tags = List.copyOf(tags);
        }
    }

    /** Where a namespace applies. */
    public record Association(
            String resourceType,
            @Nullable String prefix,
            @Nullable String target) {}

    /**
     * A property, or an object.
     *
     * @param schema JSON: the property's, or the object's properties by name
     */
    public record Definition(String name, @Nullable String description, String schema) {}

    /** What happens to a namespace that is there already. */
    public enum Mode {
        /** It stays as it is. */
        KEEP,
        /** What it lacks is added. */
        MERGE,
        /** What it lacks is added, and what it has takes the new values. */
        PREFER_NEW,
        /** Its content goes first. */
        OVERWRITE
    }

    /** Stores a namespace; whether anything was to be done. */
    public boolean load(Namespace namespace, Mode mode) throws SQLException {
        return transaction(handle -> {
            Optional<Long> present = id(handle, "metadef_namespaces", "namespace", namespace.name());
            if (present.isEmpty()) {
                handle.createUpdate("""
                        INSERT INTO metadef_namespaces
                            (namespace, display_name, description, visibility, protected, owner, created_at)
                        VALUES (:name, :display, :description, :visibility, :protected, :owner, :now)""")
                        .bind("name", namespace.name())
                        .bind("owner", namespace.owner())
                        .bindMap(attributes(namespace))
                        .bind("now", now())
                        .execute();
            } else if (mode == Mode.KEEP) {
                return false;
            } else if (mode == Mode.PREFER_NEW) {
                handle.createUpdate("""
                        UPDATE metadef_namespaces SET display_name = :display, description = :description,
                            visibility = :visibility, protected = :protected, updated_at = :now WHERE id = :id""")
                        .bindMap(attributes(namespace))
                        .bind("now", now())
                        .bind("id", present.get())
                        .execute();
            } else if (mode == Mode.OVERWRITE) {
                for (String table : TABLES.subList(0, 4)) {
                    handle.execute("DELETE FROM " + table + " WHERE namespace_id = ?", present.get());
                }
            }
            long id = id(handle, "metadef_namespaces", "namespace", namespace.name())
                    .orElseThrow();
            loadContent(handle, id, namespace, mode == Mode.PREFER_NEW);
            return true;
        });
    }

    private static Map<String, @Nullable Object> attributes(Namespace namespace) {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        attributes.put("display", namespace.displayName());
        attributes.put("description", namespace.description());
        attributes.put("visibility", namespace.visibility());
        attributes.put("protected", namespace.isProtected());
        return attributes;
    }

    private void loadContent(Handle handle, long id, Namespace namespace, boolean renews) {
        namespace.associations().forEach(one -> associate(handle, id, one, renews));
        for (Definition property : namespace.properties()) {
            if (!isPresent(handle, "metadef_properties", id, property.name())) {
                handle.execute(
                        "INSERT INTO metadef_properties (namespace_id, name, json_schema, created_at) VALUES (?, ?, ?, ?)",
                        id,
                        property.name(),
                        property.schema(),
                        now());
            } else if (renews) {
                handle.execute(
                        "UPDATE metadef_properties SET json_schema = ?, updated_at = ? WHERE namespace_id = ? AND name = ?",
                        property.schema(),
                        now(),
                        id,
                        property.name());
            }
        }
        namespace.objects().forEach(object -> loadObject(handle, id, object, renews));
        for (String tag : namespace.tags()) {
            if (!isPresent(handle, "metadef_tags", id, tag)) {
                handle.execute(
                        "INSERT INTO metadef_tags (namespace_id, name, created_at) VALUES (?, ?, ?)", id, tag, now());
            } else if (renews) {
                handle.execute(
                        "UPDATE metadef_tags SET updated_at = ? WHERE namespace_id = ? AND name = ?", now(), id, tag);
            }
        }
    }

    private void loadObject(Handle handle, long id, Definition object, boolean renews) {
        if (!isPresent(handle, "metadef_objects", id, object.name())) {
            handle.execute("""
                    INSERT INTO metadef_objects (namespace_id, name, description, json_schema, created_at)
                    VALUES (?, ?, ?, ?, ?)""", id, object.name(), object.description(), object.schema(), now());
        } else if (renews) {
            handle.execute("""
                    UPDATE metadef_objects SET description = ?, json_schema = ?, updated_at = ?
                    WHERE namespace_id = ? AND name = ?""", object.description(), object.schema(), now(), id, object.name());
        }
    }

    private void associate(Handle handle, long namespace, Association association, boolean renews) {
        Optional<Long> known = id(handle, "metadef_resource_types", "name", association.resourceType());
        if (known.isEmpty()) {
            handle.execute(
                    "INSERT INTO metadef_resource_types (name, protected, created_at) VALUES (?, ?, ?)",
                    association.resourceType(),
                    true,
                    now());
        }
        long type = id(handle, "metadef_resource_types", "name", association.resourceType())
                .orElseThrow();
        boolean present = handle.createQuery("SELECT count(*) FROM metadef_namespace_resource_types"
                                + " WHERE resource_type_id = :type AND namespace_id = :namespace")
                        .bind("type", type)
                        .bind("namespace", namespace)
                        .mapTo(Long.class)
                        .one()
                > 0;
        if (!present) {
            handle.execute("""
                    INSERT INTO metadef_namespace_resource_types
                        (prefix, properties_target, created_at, resource_type_id, namespace_id)
                    VALUES (?, ?, ?, ?, ?)""", association.prefix(), association.target(), now(), type, namespace);
        } else if (renews) {
            handle.execute("""
                    UPDATE metadef_namespace_resource_types SET prefix = ?, properties_target = ?, updated_at = ?
                    WHERE resource_type_id = ? AND namespace_id = ?""", association.prefix(), association.target(), now(), type, namespace);
        }
    }

    private static boolean isPresent(Handle handle, String table, long namespace, String name) {
        return handle.createQuery("SELECT count(*) FROM " + table + " WHERE namespace_id = :id AND name = :name")
                        .bind("id", namespace)
                        .bind("name", name)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private static Optional<Long> id(Handle handle, String table, String column, String name) {
        return handle.createQuery("SELECT id FROM " + table + " WHERE " + column + " = :name")
                .bind("name", name)
                .mapTo(Long.class)
                .findFirst();
    }

    /** Empties all tables of metadata definitions. */
    public void unload() throws SQLException {
        transaction(handle -> {
            TABLES.forEach(table -> handle.execute("DELETE FROM " + table));
            return true;
        });
    }

    /** All namespaces with all below them, by name. */
    public List<Namespace> export() throws SQLException {
        return transaction(handle -> {
            List<Namespace> namespaces = new ArrayList<>();
            for (long id : handle.createQuery("SELECT id FROM metadef_namespaces ORDER BY namespace")
                    .mapTo(Long.class)
                    .list()) {
                namespaces.add(namespace(handle, id));
            }
            return namespaces;
        });
    }

    private static Namespace namespace(Handle handle, long id) {
        List<Association> associations = handle.createQuery("""
                        SELECT t.name, a.prefix, a.properties_target FROM metadef_namespace_resource_types a
                        JOIN metadef_resource_types t ON t.id = a.resource_type_id
                        WHERE a.namespace_id = :id ORDER BY t.name""")
                .bind("id", id)
                .map((row, context) -> new Association(row.getString(1), row.getString(2), row.getString(3)))
                .list();
        List<Definition> properties = definitions(handle, "SELECT name, NULL, json_schema FROM metadef_properties", id);
        List<Definition> objects =
                definitions(handle, "SELECT name, description, json_schema FROM metadef_objects", id);
        List<String> tags = handle.createQuery("SELECT name FROM metadef_tags WHERE namespace_id = :id ORDER BY name")
                .bind("id", id)
                .mapTo(String.class)
                .list();
        return handle.createQuery("""
                        SELECT namespace, display_name, description, visibility, owner, protected
                        FROM metadef_namespaces WHERE id = :id""")
                .bind("id", id)
                .map((row, context) -> {
                    boolean isProtected = row.getBoolean(6);
                    boolean wasNull = row.wasNull();
                    return new Namespace(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            wasNull ? null : isProtected,
                            row.getString(5),
                            associations,
                            properties,
                            objects,
                            tags);
                })
                .one();
    }

    private static List<Definition> definitions(Handle handle, String select, long id) {
        return handle.createQuery(select + " WHERE namespace_id = :id ORDER BY name")
                .bind("id", id)
                .map((row, context) -> new Definition(row.getString(1), row.getString(2), row.getString(3)))
                .list();
    }

    private Object now() {
        return dialect.time(clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private <T> T transaction(Database.Work<T> work) throws SQLException {
        dialect.begin(connection, true);
        boolean done = false;
        try {
            T result = work.run(Jdbi.open(connection));
            dialect.commit(connection);
            done = true;
            return result;
        } catch (JdbiException e) {
            throw Database.unwrapped(e);
        } finally {
            if (!done) {
                dialect.rollback(connection);
            }
        }
    }
}
