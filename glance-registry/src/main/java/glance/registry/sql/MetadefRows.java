package glance.registry.sql;

import glance.error.GlanceException;
import glance.image.StorableText;
import glance.metadef.Association;
import glance.metadef.AssociationValues;
import glance.metadef.Definition;
import glance.metadef.Definition.Kind;
import glance.metadef.DefinitionValues;
import glance.metadef.Namespace;
import glance.metadef.NamespaceValues;
import glance.metadef.ResourceType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Single rows of metadata definitions, within the caller's transaction. */
final class MetadefRows {
    private static final String NAMESPACE =
            "id, namespace, display_name, description, visibility, protected, owner, created_at, updated_at";
    private static final String TYPE = "SELECT id, name, protected, created_at, updated_at FROM metadef_resource_types";
    private static final String ADD_TYPE =
            "INSERT INTO metadef_resource_types (name, protected, created_at, updated_at) VALUES (?, ?, ?, ?)";

    private static final String ASSOCIATION = """
            SELECT t.name, a.prefix, a.properties_target, a.created_at, a.updated_at, a.namespace_id
            FROM metadef_namespace_resource_types a JOIN metadef_resource_types t ON t.id = a.resource_type_id
            WHERE a.namespace_id\s""";

    /** Of the namespaces of one answer. */
    private static final int MOST_ASSOCIATIONS = 20_000;

    /** What a row weighs beside its texts, in characters. */
    private static final int ROW = 200;

    private final Handle handle;
    private final Dialect dialect;
    private final Object now;

    MetadefRows(Handle handle, Dialect dialect, InstantSource clock) {
        this.handle = handle;
        this.dialect = dialect;
        this.now = dialect.time(clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    static String table(Kind kind) {
        return switch (kind) {
            case OBJECT -> "metadef_objects";
            case PROPERTY -> "metadef_properties";
            case TAG -> "metadef_tags";
        };
    }

    /** Namespaces, all of their columns. */
    static String selectNamespaces() {
        return "SELECT " + NAMESPACE + " FROM metadef_namespaces ";
    }

    /** Definitions of a kind, with NULL for columns it lacks. */
    static String selectDefinitions(Kind kind) {
        String own = switch (kind) {
            case OBJECT -> "description, required, json_schema";
            case PROPERTY -> "NULL, NULL, json_schema";
            case TAG -> "NULL, NULL, NULL";
        };
        return "SELECT id, namespace_id, name, " + own + ", created_at, updated_at FROM " + table(kind) + " ";
    }

    Optional<Namespace> namespace(String name) {
        return exactly(new SqlText(selectNamespaces() + "WHERE "), "namespace", name, this::namespace);
    }

    /** How a row is read. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** The statement's first row whose column is exactly this; none where no database could hold it. */
    private <T> Optional<T> exactly(SqlText select, String column, String value, Reader<T> reader) {
        if (!StorableText.isStorable(value)) {
            return Optional.empty();
        }
        SqlText query = select.addRepeated(dialect.equal(column, 1), List.of(value));
        return handle.select(query.sql(), query.values().toArray())
                .map((row, context) -> reader.read(row))
                .findFirst();
    }

    Namespace namespace(ResultSet row) throws SQLException {
        boolean isProtected = row.getBoolean(6);
        boolean isNull = row.wasNull();
        return new Namespace(
                row.getLong(1),
                new NamespaceValues(
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        isNull ? null : isProtected,
                        row.getString(7)),
                created(row, 8),
                dialect.time(row, 9));
    }

    private Instant created(ResultSet row, int column) throws SQLException {
        Instant time = dialect.time(row, column);
        if (time == null) {
            throw new IllegalStateException("created_at of a metadata definition is null");
        }
        return time;
    }

    int add(NamespaceValues values) {
        return handle.execute(
                """
                INSERT INTO metadef_namespaces
                    (namespace, display_name, description, visibility, protected, owner, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                values.name(),
                values.displayName(),
                values.description(),
                values.visibility(),
                values.isProtected(),
                values.owner(),
                now,
                now);
    }

    int set(long namespace, NamespaceValues values) {
        return handle.execute(
                """
                UPDATE metadef_namespaces SET namespace = ?, display_name = ?, description = ?, visibility = ?,
                    protected = ?, owner = ?, updated_at = ? WHERE id = ?""",
                values.name(),
                values.displayName(),
                values.description(),
                values.visibility(),
                values.isProtected(),
                values.owner(),
                now,
                namespace);
    }

    /** Keeps the row of a namespace, or of a resource type, as it is until the transaction ends; whether it is there. */
    boolean hold(String table, long id) {
        return handle.select("SELECT id FROM " + table + " WHERE id = ?" + dialect.forUpdate(), id)
                .mapTo(Long.class)
                .findFirst()
                .isPresent();
    }

    /** All that is in a namespace goes. */
    void empty(long namespace) {
        for (Kind kind : Kind.values()) {
            handle.execute("DELETE FROM " + table(kind) + " WHERE namespace_id = ?", namespace);
        }
        handle.execute("DELETE FROM metadef_namespace_resource_types WHERE namespace_id = ?", namespace);
    }

    Optional<Definition> definition(long namespace, Kind kind, String name) {
        return exactly(
                new SqlText(selectDefinitions(kind) + "WHERE namespace_id = ? AND ", namespace),
                "name",
                name,
                this::definition);
    }

    Definition definition(ResultSet row) throws SQLException {
        String required = row.getString(5);
        return new Definition(
                row.getLong(1),
                row.getLong(2),
                new DefinitionValues(
                        row.getString(3),
                        row.getString(4),
                        required == null || required.isEmpty() ? List.of() : List.of(required.split(",", -1)),
                        row.getString(6)),
                created(row, 7),
                dialect.time(row, 8));
    }

    int add(long namespace, Kind kind, DefinitionValues values) {
        return switch (kind) {
            case OBJECT ->
                handle.execute(
                        """
                        INSERT INTO metadef_objects
                            (namespace_id, name, description, required, json_schema, created_at, updated_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?)""",
                        namespace,
                        values.name(),
                        values.description(),
                        required(values),
                        schema(values),
                        now,
                        now);
            case PROPERTY ->
                handle.execute(
                        "INSERT INTO metadef_properties (namespace_id, name, json_schema, created_at, updated_at)"
                                + " VALUES (?, ?, ?, ?, ?)",
                        namespace,
                        values.name(),
                        schema(values),
                        now,
                        now);
            case TAG ->
                handle.execute(
                        "INSERT INTO metadef_tags (namespace_id, name, created_at, updated_at) VALUES (?, ?, ?, ?)",
                        namespace,
                        values.name(),
                        now,
                        now);
        };
    }

    /** Characters of a namespace's definitions of a kind. */
    long size(long namespace, Kind kind) {
        String texts = switch (kind) {
            case OBJECT ->
                "length(name) + coalesce(length(description), 0) + coalesce(length(required), 0)"
                        + " + coalesce(length(json_schema), 0)";
            case PROPERTY -> "length(name) + coalesce(length(json_schema), 0)";
            case TAG -> "length(name)";
        };
        return handle.select(
                        "SELECT coalesce(sum(" + texts + "), 0) + " + ROW + " * count(*) FROM " + table(kind)
                                + " WHERE namespace_id = ?",
                        namespace)
                .mapTo(Long.class)
                .one();
    }

    /** Whether there was such a row. */
    boolean set(long namespace, Kind kind, long id, DefinitionValues values) {
        int rows = switch (kind) {
            case OBJECT ->
                handle.execute(
                        """
                                UPDATE metadef_objects SET name = ?, description = ?, required = ?, json_schema = ?,
                                    updated_at = ? WHERE namespace_id = ? AND id = ?""", values.name(), values.description(), required(values), schema(values), now, namespace, id);
            case PROPERTY -> handle.execute("""
                                UPDATE metadef_properties SET name = ?, json_schema = ?, updated_at = ?
                                WHERE namespace_id = ? AND id = ?""", values.name(), schema(values), now, namespace, id);
            case TAG ->
                handle.execute(
                        "UPDATE metadef_tags SET name = ?, updated_at = ? WHERE namespace_id = ? AND id = ?",
                        values.name(),
                        now,
                        namespace,
                        id);
        };
        return rows > 0;
    }

    private static @Nullable String required(DefinitionValues values) {
        return values.required().isEmpty() ? null : String.join(",", values.required());
    }

    private static String schema(DefinitionValues values) {
        String schema = values.schema();
        return schema == null ? "{}" : schema;
    }

    List<ResourceType> types() {
        return handle.select(TYPE + " ORDER BY name, id")
                .map((row, context) -> type(row))
                .list();
    }

    Optional<ResourceType> type(String name) {
        return exactly(new SqlText(TYPE + " WHERE "), "name", name, this::type);
    }

    /** As it is now, and so until the transaction ends; by any spelling that the unique key takes for the same. */
    Optional<ResourceType> heldType(String name) {
        return handle.select(TYPE + " WHERE name = ?" + dialect.forUpdate(), name)
                .map((row, context) -> type(row))
                .findFirst();
    }

    private ResourceType type(ResultSet row) throws SQLException {
        return new ResourceType(
                row.getLong(1), row.getString(2), row.getBoolean(3), created(row, 4), dialect.time(row, 5));
    }

    int addType(String name, boolean isProtected) {
        return handle.execute(ADD_TYPE, name, isProtected, now, now);
    }

    /** Makes a type unless it is there; one that another transaction just makes is waited for. */
    void ensureType(String name) {
        handle.execute(ADD_TYPE + " " + dialect.orUpdate("name", "updated_at"), name, false, now, now);
    }

    Optional<Association> association(long namespace, String type) {
        return exactly(new SqlText(ASSOCIATION + "= ? AND ", namespace), "t.name", type, this::association);
    }

    Map<Long, List<Association>> associations(Set<Long> namespaces) {
        if (namespaces.isEmpty()) {
            return Map.of();
        }
        String marks = String.join(", ", Collections.nCopies(namespaces.size(), "?"));
        Map<Long, List<Association>> found = new HashMap<>();
        var rows = handle.select(
                        ASSOCIATION + "IN (" + marks + ") ORDER BY t.name LIMIT " + (MOST_ASSOCIATIONS + 1),
                        namespaces.toArray())
                .map((row, context) -> Map.entry(row.getLong(6), association(row)))
                .list();
        if (rows.size() > MOST_ASSOCIATIONS) {
            throw new GlanceException.LimitExceeded("These namespaces have more than " + MOST_ASSOCIATIONS
                    + " associations with resource types; ask for fewer namespaces at once");
        }
        rows.forEach(each ->
                found.computeIfAbsent(each.getKey(), _ -> new ArrayList<>()).add(each.getValue()));
        return found;
    }

    private Association association(ResultSet row) throws SQLException {
        return new Association(
                new AssociationValues(row.getString(1), row.getString(2), row.getString(3)),
                created(row, 4),
                dialect.time(row, 5));
    }

    int associate(long namespace, long type, AssociationValues values) {
        return handle.execute("""
                INSERT INTO metadef_namespace_resource_types
                    (prefix, properties_target, created_at, updated_at, resource_type_id, namespace_id)
                VALUES (?, ?, ?, ?, ?, ?)""", values.prefix(), values.propertiesTarget(), now, now, type, namespace);
    }
}
