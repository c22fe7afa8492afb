package glance.registry.sql;

import glance.error.GlanceException;
import glance.image.StorableText;
import glance.metadef.AssociationValues;
import glance.metadef.Definition.Kind;
import glance.metadef.DefinitionValues;
import glance.metadef.Namespace;
import glance.metadef.NamespaceContent;
import glance.metadef.NamespaceQuery;
import glance.metadef.NamespaceRepository;
import glance.metadef.NamespaceValues;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Namespaces in SQL. */
final class SqlNamespaces implements NamespaceRepository {
    private static final String TABLE = "metadef_namespaces";
    /** As upstream makes associations before what they may prefix. */
    private static final List<Kind> CONTENT = List.of(Kind.OBJECT, Kind.TAG, Kind.PROPERTY);

    private final SqlMetadefs metadefs;

    SqlNamespaces(SqlMetadefs metadefs) {
        this.metadefs = metadefs;
    }

    @Override
    public List<Namespace> list(NamespaceQuery query) {
        List<String> types = storable(query.resourceTypes());
        if (types != null && types.isEmpty()) {
            return List.of();
        }
        return metadefs.read((handle, rows) -> {
            Dialect dialect = metadefs.dialect();
            RowOrder order =
                    new RowOrder(TABLE, query.order().key(), query.order().ascending());
            SqlText sql = new SqlText(MetadefRows.selectNamespaces() + "WHERE ").add(conditions(query, types, dialect));
            String marker = query.marker();
            if (marker != null) {
                sql.add(" AND ").add(after(handle, rows, order, query, marker));
            }
            sql.add(order.orderBy(dialect) + " LIMIT ?", query.limit());
            return handle.select(sql.sql(), sql.values().toArray())
                    .map((row, context) -> rows.namespace(row))
                    .list();
        });
    }

    /** Names that a database could hold; others are no type's. */
    private static @Nullable List<String> storable(@Nullable List<String> names) {
        return names == null
                ? null
                : names.stream().filter(StorableText::isStorable).toList();
    }

    private static SqlText conditions(NamespaceQuery query, @Nullable List<String> types, Dialect dialect) {
        SqlText sql = new SqlText("1 = 1");
        String project = query.scope().project();
        if (!query.scope().admin()) {
            sql.add(" AND (visibility = 'public'");
            if (project != null) {
                sql.add(" OR ").addRepeated(dialect.equal("owner", 1), List.of(project));
            }
            sql.add(")");
        }
        String visibility = query.visibility();
        if (visibility != null) {
            sql.add(" AND visibility = ?", visibility);
        }
        if (types != null) {
            sql.add("""
                     AND id IN (SELECT a.namespace_id FROM metadef_namespace_resource_types a
                    JOIN metadef_resource_types t ON t.id = a.resource_type_id WHERE\s""")
                    .addRepeated(dialect.equal("t.name", types.size()), types)
                    .add(")");
        }
        return sql;
    }

    private static SqlText after(Handle handle, MetadefRows rows, RowOrder order, NamespaceQuery query, String marker) {
        Namespace last = rows.namespace(marker)
                .filter(each ->
                        query.scope().admin() || each.isVisibleTo(query.scope().project()))
                .orElseThrow(() -> new GlanceException.NotFound("The marker is no namespace"));
        boolean atNull =
                handle.select(order.isNullOf(), last.id()).mapTo(Boolean.class).one();
        return order.after(last.id(), atNull);
    }

    @Override
    public Optional<Namespace> find(String name) {
        return metadefs.read((handle, rows) -> rows.namespace(name));
    }

    @Override
    public Optional<Namespace> find(long id) {
        return metadefs.read((handle, rows) -> handle.select(MetadefRows.selectNamespaces() + "WHERE id = ?", id)
                .map((row, context) -> rows.namespace(row))
                .findFirst());
    }

    @Override
    public Namespace create(NamespaceValues values, NamespaceContent content) {
        values.requireStorable();
        content.associations().forEach(AssociationValues::requireStorable);
        CONTENT.forEach(kind -> content.of(kind).forEach(DefinitionValues::requireStorable));
        return metadefs.write((handle, rows) -> {
            metadefs.refusingDuplicates(() -> rows.add(values), taken(values.name()));
            Namespace made = rows.namespace(values.name()).orElseThrow();
            for (AssociationValues association : content.associations()) {
                var _ = metadefs.associate(rows, made.id(), association);
            }
            for (Kind kind : CONTENT) {
                for (DefinitionValues definition : content.of(kind)) {
                    metadefs.refusingDuplicates(
                            () -> rows.add(made.id(), kind, definition), SqlDefinitions.taken(kind, definition.name()));
                }
            }
            return made;
        });
    }

    private static String taken(String name) {
        return "Metadata definition namespace " + name + " already exists";
    }

    @Override
    public Namespace update(long id, NamespaceValues values) {
        values.requireStorable();
        return metadefs.write((handle, rows) -> {
            metadefs.requireNamespace(rows, id);
            metadefs.refusingDuplicates(() -> rows.set(id, values), taken(values.name()));
            return rows.namespace(values.name()).orElseThrow();
        });
    }

    @Override
    public boolean delete(long id) {
        return metadefs.write((handle, rows) -> {
            boolean isThere = rows.hold(TABLE, id);
            rows.empty(id);
            handle.execute("DELETE FROM metadef_namespaces WHERE id = ?", id);
            return isThere;
        });
    }
}
