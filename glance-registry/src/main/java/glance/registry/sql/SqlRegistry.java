package glance.registry.sql;

import glance.error.GlanceException;
import glance.fault.FailPoints;
import glance.image.DataJournal;
import glance.image.ImageRepository;
import glance.image.MemberRepository;
import glance.image.Registry;
import glance.image.RetiredImages;
import glance.metadef.MetadefRepository;
import glance.registry.migration.Schema;
import glance.store.Health;
import glance.task.TaskRepository;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metadata store in an SQL database of upstream's schema. Thread-safe; closing it closes the connections. */
public final class SqlRegistry implements Registry {
    private static final Logger LOG = LoggerFactory.getLogger(SqlRegistry.class);

    private final Database database;
    private final SqlImages images;
    private final SqlMembers members;
    private final SqlJournal journal;
    private final SqlRetired retired;
    private final SqlTasks tasks;
    private final SqlMetadefs metadefs;

    private SqlRegistry(Database database, LocationText locations, InstantSource clock) {
        this.database = database;
        this.journal = new SqlJournal(database, locations, clock);
        this.tasks = new SqlTasks(database, clock);
        this.metadefs = new SqlMetadefs(database, clock);
        this.members = new SqlMembers(database, clock);
        this.images = new SqlImages(database, locations, members, journal, clock);
        this.retired = new SqlRetired(database, locations, journal, clock);
    }

    /**
     * Opens the database, creating file and schema when there is none.
     *
     * @throws glance.config.ConfigException when it cannot be opened or its schema is not one this release serves
     */
    public static SqlRegistry open(DatabaseConfig config, InstantSource clock, FailPoints failPoints) {
        return open(config, Dialect.of(config.connection()), clock, failPoints);
    }

    static SqlRegistry open(DatabaseConfig config, Dialect dialect, InstantSource clock, FailPoints failPoints) {
        LocationText locations = LocationText.of(config.metadataKey());
        Database database = Database.open(config, dialect, failPoints);
        try {
            database.outsideTransactions(handle -> {
                Schema.prepare(handle.getConnection());
                return true;
            });
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        LOG.info("database opened location={}", config.connection().location());
        return new SqlRegistry(database, locations, clock);
    }

    @Override
    public ImageRepository images() {
        return images;
    }

    @Override
    public MemberRepository members() {
        return members;
    }

    @Override
    public DataJournal journal() {
        return journal;
    }

    /** Deleted images whose data is still there. */
    public RetiredImages retired() {
        return retired;
    }

    /** Tasks. */
    public TaskRepository tasks() {
        return tasks;
    }

    /** Metadata definitions. */
    public MetadefRepository metadefs() {
        return metadefs;
    }

    /** How the connections to the database are used now; asks the database nothing. */
    public PoolUse poolUse() {
        return database.poolUse();
    }

    @Override
    public Health health() {
        try {
            return database.read(handle -> {
                try (var statement = handle.getConnection().createStatement();
                        var rows = statement.executeQuery("SELECT version_num FROM alembic_version")) {
                    return rows.next() ? Health.ok() : Health.down("the database has no schema revision");
                }
            });
        } catch (GlanceException.Unavailable e) {
            return Health.down(e.reason());
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
