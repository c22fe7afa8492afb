package glance.registry.migration;

import glance.config.ConfigException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database of any of upstream's Alembic releases to the newest head, in upstream's three phases, and stamps it as
 * upstream does. Each phase runs alone, whatever machine starts another, looks at what is there under its lock, and may be
 * run again: after itself, after the same phase of upstream, and after a kill in its middle. One thread, one connection.
 */
public final class Migration {
    private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

    /** How long a phase waits for another process's. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Connection connection;
    private final SchemaEngine engine;
    private final Tables tables;
    private final SchemaSteps steps;
    private final DataMigration data;
    private final Duration patience;

    private Migration(Connection connection, Duration patience) throws SQLException {
        this.connection = connection;
        this.patience = patience;
        this.engine = SchemaEngine.of(connection);
        this.tables = new Tables(connection);
        this.steps = new SchemaSteps(tables, engine);
        this.data = new DataMigration(tables);
    }

    /** What a database needs next. */
    public enum Need {
        NOTHING,
        EXPAND,
        MIGRATE,
        CONTRACT
    }

    /** What came of a phase. */
    public enum Outcome {
        /** Something was changed. */
        DONE,
        /** This phase has nothing to do; others have. */
        ALREADY_DONE,
        /** The database is complete. */
        UP_TO_DATE,
        /** Nothing was changed, since {@code expand} comes first. */
        EXPAND_FIRST,
        /** Nothing was changed, since {@code migrate} comes first. */
        MIGRATE_FIRST
    }

    /**
     * What came of migrating rows.
     *
     * @param rows changed
     */
    public record Migrated(Outcome outcome, long rows) {}

    /** On a connection of its own, in auto-commit mode. */
    public static Migration on(Connection connection) throws SQLException {
        return new Migration(connection, PATIENCE);
    }

    static Migration on(Connection connection, Duration patience) throws SQLException {
        return new Migration(connection, patience);
    }

    /** The rows of {@code alembic_version}, sorted; empty when the database is under no control. */
    public Set<String> revisions() throws SQLException {
        return tables.revisions();
    }

    /**
     * The phase to run next.
     *
     * @throws ConfigException when the database is none of upstream's, or of a release this one does not know
     */
    public Need need() throws SQLException {
        Set<String> found = requireUsable();
        if (!Revisions.isExpanded(found)) {
            return Need.EXPAND;
        }
        if (data.isPending()) {
            return Need.MIGRATE;
        }
        return Revisions.isComplete(found) ? Need.NOTHING : Need.CONTRACT;
    }

    /**
     * Adds what is missing, all of the schema on an empty database. Services of the release before keep working.
     *
     * @throws ConfigException as {@link #need}
     */
    public Outcome expand() throws SQLException {
        return engine.exclusively(connection, patience, () -> {
            Set<String> found = requireUsable();
            if (Revisions.isExpanded(found)) {
                steps.createOwnTables();
                return Revisions.isComplete(found) ? Outcome.UP_TO_DATE : Outcome.ALREADY_DONE;
            }
            steps.expand();
            if (!found.isEmpty() && !Revisions.contains(found, "mitaka02")) {
                steps.renameResourceType();
            }
            tables.stamp(Revisions.expanded(found));
            LOG.info("database expanded from={} to={}", found, Revisions.EXPAND_HEAD);
            return Outcome.DONE;
        });
    }

    /**
     * Migrates rows older releases wrote.
     *
     * @throws ConfigException as {@link #need}
     */
    public Migrated migrate() throws SQLException {
        return engine.exclusively(connection, patience, () -> {
            Set<String> found = requireUsable();
            if (!Revisions.isExpanded(found)) {
                return new Migrated(Outcome.EXPAND_FIRST, 0);
            }
            long rows = data.run();
            LOG.info("database rows migrated count={}", rows);
            Outcome idle = Revisions.isComplete(found) ? Outcome.UP_TO_DATE : Outcome.ALREADY_DONE;
            return new Migrated(rows == 0 ? idle : Outcome.DONE, rows);
        });
    }

    /**
     * Removes what only older releases use, after which they cannot serve the database.
     *
     * @throws ConfigException as {@link #need}
     */
    public Outcome contract() throws SQLException {
        return engine.exclusively(connection, patience, () -> {
            Set<String> found = requireUsable();
            if (Revisions.isComplete(found)) {
                return Outcome.UP_TO_DATE;
            }
            if (!Revisions.isExpanded(found)) {
                return Outcome.EXPAND_FIRST;
            }
            if (data.isPending()) {
                return Outcome.MIGRATE_FIRST;
            }
            steps.contract();
            tables.stamp(Set.of(Revisions.HEAD));
            LOG.info("database contracted from={} to={}", found, Revisions.HEAD);
            return Outcome.DONE;
        });
    }

    /**
     * Records a revision without changing anything else: for a database whose schema is known to be that one's.
     *
     * @return the rows recorded
     * @throws ConfigException when the revision is unknown
     */
    public Set<String> stamp(String revision) throws SQLException {
        String id = revision.equals("heads") ? Revisions.HEAD : revision;
        if (!Revisions.isKnown(id)) {
            throw new ConfigException("revision '" + revision + "' is unknown; the newest known one is "
                    + Revisions.HEAD + "; nothing was changed");
        }
        return engine.exclusively(connection, patience, () -> {
            if (!tables.names().contains("alembic_version")) {
                tables.execute(engine.types()
                        .render(SchemaScript.UPSTREAM
                                .statement("alembic_version")
                                .sql()));
            }
            tables.stamp(Set.of(id));
            return tables.revisions();
        });
    }

    /**
     * Whether the database is at a revision or past it.
     *
     * @throws ConfigException when the revision is unknown, and as {@link #need}
     */
    public boolean isAt(String revision) throws SQLException {
        if (!Revisions.isKnown(revision)) {
            throw new ConfigException("revision '" + revision + "' is unknown; the newest known one is "
                    + Revisions.HEAD + "; nothing was changed");
        }
        return Revisions.contains(requireUsable(), revision);
    }

    /** Adds our own tables alone; the revision stays. */
    void addOwnTables() throws SQLException {
        engine.exclusively(connection, patience, () -> {
            steps.createOwnTables();
            return true;
        });
    }

    /** The head {@link #contract} leads to. */
    public static String head() {
        return Revisions.HEAD;
    }

    /** The head {@link #expand} leads to. */
    public static String expandHead() {
        return Revisions.EXPAND_HEAD;
    }

    private Set<String> requireUsable() throws SQLException {
        return requireUsable(tables);
    }

    /** The revisions of a database this release can work on; empty for one that is empty, or was cut while it was created. */
    static Set<String> requireUsable(Tables tables) throws SQLException {
        Set<String> present = tables.names();
        Set<String> found = tables.revisions();
        Revisions.requireKnown(found);
        if (!found.isEmpty() || !present.contains("images")) {
            if (present.contains("migrate_version") && found.isEmpty()) {
                throw tooOld();
            }
            return found;
        }
        if (!present.contains("alembic_version")) {
            throw present.contains("migrate_version")
                    ? tooOld()
                    : Revisions.refused(
                            "it has a table 'images' but no table alembic_version to say which schema that is");
        }
        if (tables.isAny("SELECT id FROM images LIMIT 1")) {
            throw Revisions.refused("its table alembic_version is empty, and there are images");
        }
        return found;
    }

    private static ConfigException tooOld() {
        return Revisions.refused("it was made by a release before Ocata (table migrate_version);"
                + " upgrade it first with glance-manage db sync of a supported upstream release");
    }
}
