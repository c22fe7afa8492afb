package glance.registry.sql;

import glance.error.GlanceException;
import glance.metadef.AssociationValues;
import glance.metadef.DefinitionRepository;
import glance.metadef.MetadefRepository;
import glance.metadef.NamespaceRepository;
import glance.metadef.ResourceType;
import glance.metadef.ResourceTypeRepository;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Metadata definitions in SQL, and the transactions of their ports. Thread-safe. */
final class SqlMetadefs implements MetadefRepository {
    private final Database database;
    private final InstantSource clock;
    private final SqlNamespaces namespaces = new SqlNamespaces(this);
    private final SqlDefinitions definitions = new SqlDefinitions(this);
    private final SqlResourceTypes resourceTypes = new SqlResourceTypes(this);

    SqlMetadefs(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** What is done in one transaction. */
    interface Work<T> {
        T run(Handle handle, MetadefRows rows) throws SQLException;
    }

    @Override
    public NamespaceRepository namespaces() {
        return namespaces;
    }

    @Override
    public DefinitionRepository definitions() {
        return definitions;
    }

    @Override
    public ResourceTypeRepository resourceTypes() {
        return resourceTypes;
    }

    Dialect dialect() {
        return database.dialect();
    }

    <T> T read(Work<T> work) {
        return database.read(handle -> work.run(handle, rows(handle)));
    }

    <T> T write(Work<T> work) {
        return database.write(handle -> work.run(handle, rows(handle)));
    }

    private MetadefRows rows(Handle handle) {
        return new MetadefRows(handle, dialect(), clock);
    }

    /** Keeps a namespace from being removed before the transaction ends. */
    void requireNamespace(MetadefRows rows, long id) {
        if (!rows.hold("metadef_namespaces", id)) {
            throw new GlanceException.NotFound("The namespace is gone");
        }
    }

    /** An association, with its resource type if that is missing; the type. */
    ResourceType associate(MetadefRows rows, long namespace, AssociationValues values) {
        String name = values.resourceType();
        if (rows.type(name).isEmpty()) {
            rows.ensureType(name);
        }
        // Not in the snapshot of this transaction, when another one made it meanwhile.
        ResourceType type =
                rows.heldType(name).orElseThrow(() -> new GlanceException.Conflict(SqlResourceTypes.taken(name)));
        refusingDuplicates(
                () -> rows.associate(namespace, type.id(), values),
                "The namespace is associated with resource type " + name + " already");
        return type;
    }

    /**
     * Runs a statement that a unique key may refuse.
     *
     * @throws GlanceException.Conflict with these words, when it does
     */
    <T> T refusingDuplicates(Supplier<T> statement, String words) {
        try {
            return statement.get();
        } catch (UnableToExecuteStatementException e) {
            if (e.getCause() instanceof SQLException cause && dialect().isDuplicate(cause)) {
                throw new GlanceException.Conflict(words);
            }
            throw e;
        }
    }
}
