package glance.registry.migration;

import glance.registry.migration.SchemaScript.Created;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What upstream's revisions change in the schema, told from what is there rather than from revision ids: each step looks
 * before it acts, so that a run that was cut is completed by the next.
 */
final class SchemaSteps {
    /** Tables of an abandoned API, in an order in which nothing refers to what is dropped. */
    private static final List<String> ARTIFACTS = List.of(
            "artifact_blob_locations",
            "artifact_blobs",
            "artifact_dependencies",
            "artifact_properties",
            "artifact_tags",
            "artifacts");

    private static final String OLD_TYPE = "OS::Nova::Instance";
    private static final String NEW_TYPE = "OS::Nova::Server";

    private final Tables tables;
    private final SchemaEngine engine;

    SchemaSteps(Tables tables, SchemaEngine engine) {
        this.tables = tables;
        this.engine = engine;
    }

    /** Adds the tables, columns and indexes of upstream's newest schema that are missing, and our own tables. */
    void expand() throws SQLException {
        engine.createTypes(tables);
        create(SchemaScript.UPSTREAM.statements());
        create(SchemaScript.CACHE.statements());
        createOwnTables();
    }

    /** What the service cannot work without; our indexes on upstream's tables are {@link OwnIndexes}. */
    void createOwnTables() throws SQLException {
        create(SchemaScript.OWN.statements().stream()
                .filter(one -> one.table().startsWith(OwnIndexes.PREFIX))
                .toList());
    }

    private void create(List<Created> statements) throws SQLException {
        Set<String> present = tables.names();
        Map<String, Set<String>> indexes = new HashMap<>();
        for (Created one : statements) {
            if (one.isIndex()) {
                Set<String> known = indexes.get(one.table());
                if (known == null) {
                    known = new HashSet<>(tables.indexes(one.table()).keySet());
                    indexes.put(one.table(), known);
                }
                if (known.add(one.name())) {
                    tables.execute(engine.types().render(one.sql()));
                }
            } else if (present.contains(one.name())) {
                addColumns(one);
            } else {
                tables.execute(engine.types().render(one.sql()));
            }
        }
    }

    private void addColumns(Created table) throws SQLException {
        Set<String> present = tables.columns(table.name());
        for (String line : table.sql().lines().map(String::strip).toList()) {
            int blank = line.indexOf(' ');
            String column = blank < 0 ? line : line.substring(0, blank);
            // Columns begin in lower case, constraints do not, and checks come in braces.
            if (!column.matches("[a-z_]+") || present.contains(column)) {
                continue;
            }
            String definition = line.replaceFirst(",$", "");
            if (column.equals("visibility")) {
                // Without a value until it is migrated from is_public.
                definition = "visibility {visibility}";
            }
            tables.execute("ALTER TABLE " + table.name() + " ADD COLUMN "
                    + engine.types().render(definition));
        }
    }

    /** Mitaka's renaming of a metadata resource type. */
    void renameResourceType() throws SQLException {
        List<String> old = tables.texts("SELECT id FROM metadef_resource_types WHERE name = ?", OLD_TYPE);
        List<String> present = tables.texts("SELECT id FROM metadef_resource_types WHERE name = ?", NEW_TYPE);
        if (old.isEmpty()) {
            return;
        }
        int oldId = Integer.parseInt(old.getFirst());
        if (present.isEmpty()) {
            tables.update("UPDATE metadef_resource_types SET name = ? WHERE id = ?", NEW_TYPE, oldId);
            return;
        }
        int newId = Integer.parseInt(present.getFirst());
        for (String namespace : tables.texts(
                "SELECT namespace_id FROM metadef_namespace_resource_types WHERE resource_type_id = ?", newId)) {
            tables.update(
                    "DELETE FROM metadef_namespace_resource_types WHERE resource_type_id = ? AND namespace_id = ?",
                    oldId,
                    Integer.parseInt(namespace));
        }
        tables.update(
                "UPDATE metadef_namespace_resource_types SET resource_type_id = ? WHERE resource_type_id = ?",
                newId,
                oldId);
        tables.update("DELETE FROM metadef_resource_types WHERE id = ?", oldId);
    }

    /** Removes what only older releases use. */
    void contract() throws SQLException {
        if (tables.columns("images").contains("is_public")) {
            engine.dropIsPublic(tables);
        }
        Set<String> present = tables.names();
        for (String table : ARTIFACTS) {
            if (present.contains(table)) {
                tables.execute("DROP TABLE " + table);
            }
        }
    }
}
