package glance.registry.migration;

import glance.config.ConfigException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service does with the schema it finds at its start: little. A database of upstream's stays at its revision, so that
 * the way back is open; only our own table is added, and the schema where
 * there is none at all. Whatever needs more is glance-manage's, and the refusal names the
 * command.
 */
public final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final String SYNC = "glance-manage db sync";

    private Schema() {}

    /**
     * Accepts a database from Wallaby's head on, and creates the schema in an empty one.
     *
     * @param connection in auto-commit mode
     * @throws ConfigException for any other database, which stays untouched; says what to run
     */
    public static void prepare(Connection connection) throws SQLException {
        Tables tables = new Tables(connection);
        Set<String> found = Migration.requireUsable(tables);
        if (found.isEmpty()) {
            create(connection);
            return;
        }
        if (!Revisions.isServable(found)) {
            throw Revisions.refused("its schema revision " + String.join(" + ", found) + " is not complete up to "
                    + Revisions.HEAD + "; run " + SYNC);
        }
        if (!tables.names().contains(OwnIndexes.PREFIX + "data_intents")) {
            addOwnTables(connection);
        }
        tellMissing(OwnIndexes.on(connection).list());
        LOG.debug("database schema accepted revisions={}", found);
    }

    private static void create(Connection connection) throws SQLException {
        try {
            Migration migration = Migration.on(connection);
            migration.expand();
            migration.contract();
            OwnIndexes.on(connection).add();
        } catch (SQLException e) {
            LOG.debug("schema refused", e);
            throw Revisions.refused("it is empty, and the schema cannot be created (" + e.getMessage() + "); run "
                    + SYNC + " as a user who may");
        }
        LOG.info("database schema created head={}", Revisions.HEAD);
    }

    private static void addOwnTables(Connection connection) throws SQLException {
        try {
            Migration.on(connection).addOwnTables();
        } catch (SQLException e) {
            LOG.debug("own table refused", e);
            throw Revisions.refused("its table " + OwnIndexes.PREFIX + "data_intents is missing and cannot be created ("
                    + e.getMessage() + "); run " + SYNC + " as a user who may");
        }
    }

    private static void tellMissing(List<OwnIndexes.State> indexes) {
        long missing = indexes.stream().filter(index -> !index.isPresent()).count();
        if (missing > 0) {
            LOG.warn("indexes of lists are missing count={} add_with=\"glance-manage db indexes add\"", missing);
        }
    }
}
