package glance.registry.migration;

import glance.registry.migration.SchemaScript.Created;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our indexes on upstream's tables: what makes lists of many images fast, and nothing else. Added and removed one by one
 * while services read and write; upstream takes no notice of them.
 */
public final class OwnIndexes {
    /** Begins the name of everything of ours in a database. */
    static final String PREFIX = "glancejvm_";

    private static final Logger LOG = LoggerFactory.getLogger(OwnIndexes.class);

    /** How long one index waits for another process. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Connection connection;
    private final SchemaEngine engine;
    private final Tables tables;

    private OwnIndexes(Connection connection) throws SQLException {
        this.connection = connection;
        this.engine = SchemaEngine.of(connection);
        this.tables = new Tables(connection);
    }

    /**
     * One of them.
     *
     * @param isPresent whether it exists and answers queries
     */
    public record State(String name, String table, boolean isPresent) {}

    /** On this connection, which is in no transaction. */
    public static OwnIndexes on(Connection connection) throws SQLException {
        return new OwnIndexes(connection);
    }

    /** All of them, in the order they are added. */
    public List<State> list() throws SQLException {
        List<State> states = new ArrayList<>();
        Map<String, Set<String>> known = new HashMap<>();
        for (Created index : statements()) {
            if (!known.containsKey(index.table())) {
                known.put(index.table(), tables.indexes(index.table()).keySet());
            }
            boolean present = known.getOrDefault(index.table(), Set.of()).contains(index.name());
            states.add(new State(index.name(), index.table(), present && !engine.isBroken(tables, index.name())));
        }
        return states;
    }

    /** Adds those that are missing; says which. */
    public List<String> add() throws SQLException {
        List<String> added = new ArrayList<>();
        for (Created index : statements()) {
            if (engine.online(connection, PATIENCE, () -> add(index))) {
                LOG.debug("index added name={} table={}", index.name(), index.table());
                added.add(index.name());
            }
        }
        return added;
    }

    private boolean add(Created index) throws SQLException {
        boolean present = tables.indexes(index.table()).containsKey(index.name());
        if (present && engine.isBroken(tables, index.name())) {
            tables.execute(engine.dropOnline(index.name(), index.table()));
            present = false;
        }
        if (!present) {
            tables.execute(engine.createOnline(engine.types().render(index.sql())));
        }
        return !present;
    }

    /** Removes those that are there; says which. The service keeps working, its lists become slower. */
    public List<String> remove() throws SQLException {
        List<String> removed = new ArrayList<>();
        for (Created index : statements()) {
            if (engine.online(connection, PATIENCE, () -> remove(index))) {
                LOG.debug("index removed name={} table={}", index.name(), index.table());
                removed.add(index.name());
            }
        }
        return removed;
    }

    private boolean remove(Created index) throws SQLException {
        boolean present = tables.indexes(index.table()).containsKey(index.name());
        if (present) {
            tables.execute(engine.dropOnline(index.name(), index.table()));
        }
        return present;
    }

    private static List<Created> statements() {
        return SchemaScript.OWN.statements().stream()
                .filter(one -> one.isIndex() && !one.table().startsWith(PREFIX))
                .toList();
    }
}
