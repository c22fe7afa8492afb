package glance.registry.sql;

import glance.error.GlanceException;
import glance.metadef.Definition;
import glance.metadef.Definition.Kind;
import glance.metadef.DefinitionQuery;
import glance.metadef.DefinitionRepository;
import glance.metadef.DefinitionValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is defined in namespaces, in SQL: one table for each kind. */
final class SqlDefinitions implements DefinitionRepository {
    private final SqlMetadefs metadefs;

    SqlDefinitions(SqlMetadefs metadefs) {
        this.metadefs = metadefs;
    }

    @Override
    public List<Definition> list(DefinitionQuery query) {
        return metadefs.read((handle, rows) -> {
            RowOrder order = new RowOrder(
                    MetadefRows.table(query.kind()),
                    query.order().key(),
                    query.order().ascending());
            SqlText sql = new SqlText(
                    MetadefRows.selectDefinitions(query.kind()) + "WHERE namespace_id = ?", query.namespaceId());
            String marker = query.marker();
            if (marker != null) {
                long last = rows.definition(query.namespaceId(), query.kind(), marker)
                        .map(Definition::id)
                        .orElseThrow(() -> new GlanceException.NotFound("The marker is not in this list"));
                boolean atNull = handle.select(order.isNullOf(), last)
                        .mapTo(Boolean.class)
                        .one();
                sql.add(" AND ").add(order.after(last, atNull));
            }
            sql.add(order.orderBy(metadefs.dialect()) + " LIMIT ?", query.limit());
            return handle.select(sql.sql(), sql.values().toArray())
                    .map((row, context) -> rows.definition(row))
                    .list();
        });
    }

    @Override
    public Optional<Definition> find(long namespaceId, Kind kind, String name) {
        return metadefs.read((handle, rows) -> rows.definition(namespaceId, kind, name));
    }

    @Override
    public Optional<Definition> find(long namespaceId, Kind kind, long id) {
        return metadefs.read((handle, rows) -> handle.select(
                        MetadefRows.selectDefinitions(kind) + "WHERE namespace_id = ? AND id = ?", namespaceId, id)
                .map((row, context) -> rows.definition(row))
                .findFirst());
    }

    @Override
    public List<Definition> create(long namespaceId, Kind kind, List<DefinitionValues> all) {
        all.forEach(DefinitionValues::requireStorable);
        return metadefs.write((handle, rows) -> {
            metadefs.requireNamespace(rows, namespaceId);
            return add(rows, namespaceId, kind, all);
        });
    }

    @Override
    public List<Definition> replaceAll(long namespaceId, Kind kind, List<DefinitionValues> all) {
        all.forEach(DefinitionValues::requireStorable);
        return metadefs.write((handle, rows) -> {
            // Held first: two that replace at once do so one after the other, and the order of locks is a deletion's.
            metadefs.requireNamespace(rows, namespaceId);
            handle.execute("DELETE FROM " + MetadefRows.table(kind) + " WHERE namespace_id = ?", namespaceId);
            return add(rows, namespaceId, kind, all);
        });
    }

    private List<Definition> add(MetadefRows rows, long namespaceId, Kind kind, List<DefinitionValues> all) {
        List<Definition> added = new ArrayList<>();
        for (DefinitionValues values : all) {
            metadefs.refusingDuplicates(() -> rows.add(namespaceId, kind, values), taken(kind, values.name()));
            added.add(rows.definition(namespaceId, kind, values.name()).orElseThrow());
        }
        return added;
    }

    /** What is said when a name is taken. */
    static String taken(Kind kind, String name) {
        return "Metadata definition " + kind.name().toLowerCase(Locale.ROOT) + " " + name
                + " already exists in this namespace";
    }

    @Override
    public Definition update(long namespaceId, Kind kind, long id, DefinitionValues values) {
        values.requireStorable();
        return metadefs.write((handle, rows) -> {
            boolean isThere = metadefs.refusingDuplicates(
                    () -> rows.set(namespaceId, kind, id, values), taken(kind, values.name()));
            if (!isThere) {
                throw new GlanceException.NotFound("There is no such definition in the namespace");
            }
            return rows.definition(namespaceId, kind, values.name()).orElseThrow();
        });
    }

    @Override
    public boolean delete(long namespaceId, Kind kind, long id) {
        return metadefs.write((handle, rows) -> handle.execute(
                        "DELETE FROM " + MetadefRows.table(kind) + " WHERE namespace_id = ? AND id = ?",
                        namespaceId,
                        id)
                > 0);
    }

    @Override
    public int deleteAll(long namespaceId, Kind kind) {
        return metadefs.write((handle, rows) -> {
            boolean _ = rows.hold("metadef_namespaces", namespaceId);
            return handle.execute("DELETE FROM " + MetadefRows.table(kind) + " WHERE namespace_id = ?", namespaceId);
        });
    }

    @Override
    public int count(long namespaceId, Kind kind) {
        return metadefs.read((handle, rows) -> handle.select(
                        "SELECT count(*) FROM " + MetadefRows.table(kind) + " WHERE namespace_id = ?", namespaceId)
                .mapTo(Integer.class)
                .one());
    }

    @Override
    public long size(long namespaceId, Kind kind) {
        return metadefs.read((handle, rows) -> rows.size(namespaceId, kind));
    }
}
