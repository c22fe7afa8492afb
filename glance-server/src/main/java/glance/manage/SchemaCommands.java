package glance.manage;

import glance.registry.migration.Migration;
import glance.registry.migration.Migration.Migrated;
import glance.registry.migration.Migration.Outcome;
import glance.registry.migration.OwnIndexes;
import glance.registry.sql.Maintenance;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The {@code db} actions on the schema: what {@link Migration} did, in one line per fact. */
final class SchemaCommands {
    private static final String UP_TO_DATE = "Database is up to date. No migrations needed.";

    private final Maintenance database;
    private final Migration migration;
    private final Answer answer;

    SchemaCommands(Maintenance database, Answer answer) throws SQLException {
        this.database = database;
        this.migration = database.migration();
        this.answer = answer;
    }

    int version() throws SQLException {
        Set<String> revisions = migration.revisions();
        if (revisions.isEmpty()) {
            answer.say("Database is not under migration control: run glance-manage db sync");
        }
        revisions.forEach(answer::say);
        return 0;
    }

    int check() throws SQLException {
        return switch (migration.need()) {
            case NOTHING -> {
                answer.say("Database is up to date. No upgrades needed.");
                yield 0;
            }
            case EXPAND -> behind("expand", 3);
            case MIGRATE -> behind("migrate", 4);
            case CONTRACT -> behind("contract", 5);
        };
    }

    private int behind(String phase, int status) {
        answer.say("Database is not up to date. Run glance-manage db " + phase);
        return status;
    }

    int sync() throws SQLException {
        if (migration.need() == Migration.Need.NOTHING) {
            migration.expand();
            addIndexes();
            answer.say(UP_TO_DATE);
            return 0;
        }
        if (migration.expand() == Outcome.DONE) {
            answer.say("Database expanded to: " + Migration.expandHead() + ", current revision(s): " + revisions());
        }
        Migrated migrated = migration.migrate();
        answer.say("Database rows migrated: " + migrated.rows());
        if (migration.contract() == Outcome.DONE) {
            answer.say("Database contracted to: " + Migration.head() + ", current revision(s): " + revisions());
        }
        addIndexes();
        answer.say("Database is synced successfully.");
        return 0;
    }

    private void addIndexes() throws SQLException {
        List<String> added = database.indexes().add();
        if (!added.isEmpty()) {
            answer.say("Indexes added: " + added.size());
        }
    }

    int upgrade(String version) throws SQLException {
        if (version.equals("heads") || version.equals(Migration.head())) {
            migration.expand();
            migration.migrate();
            migration.contract();
        } else if (version.equals(Migration.expandHead())) {
            migration.expand();
        } else if (!migration.isAt(version)) {
            return answer.refuse("cannot upgrade to " + version + ": this release upgrades to " + Migration.expandHead()
                    + " and to " + Migration.head() + " only");
        }
        answer.say("Upgraded database" + (version.equals("heads") ? "" : " to: " + version) + ", current revision(s): "
                + revisions());
        return 0;
    }

    int versionControl(String version) throws SQLException {
        answer.say("Placed database under migration control at revision: " + text(migration.stamp(version)));
        return 0;
    }

    int expand() throws SQLException {
        return told(
                migration.expand(),
                "Database expanded to: " + Migration.expandHead(),
                "Database expansion is already done. No expansion needed.");
    }

    int migrate() throws SQLException {
        Migrated migrated = migration.migrate();
        return told(
                migrated.outcome(),
                "Migrated " + migrated.rows() + " rows",
                "Database migration is up to date. No migration needed.");
    }

    int contract() throws SQLException {
        return told(migration.contract(), "Database contracted to: " + Migration.head(), UP_TO_DATE);
    }

    private int told(Outcome outcome, String done, String already) throws SQLException {
        return switch (outcome) {
            case DONE -> {
                answer.say(done + ", current revision(s): " + revisions());
                yield 0;
            }
            case ALREADY_DONE -> {
                answer.say(already);
                yield 0;
            }
            case UP_TO_DATE -> {
                answer.say(UP_TO_DATE);
                yield 0;
            }
            case EXPAND_FIRST ->
                answer.refuse("Nothing was changed: the database is not expanded. Run glance-manage db expand");
            case MIGRATE_FIRST ->
                answer.refuse("Nothing was changed: rows are not migrated. Run glance-manage db migrate");
        };
    }

    int indexes(List<String> words) throws SQLException {
        String verb = words.isEmpty() ? "list" : words.getFirst();
        OwnIndexes indexes = database.indexes();
        switch (verb) {
            case "list" ->
                indexes.list()
                        .forEach(index -> answer.say(index.name() + " " + (index.isPresent() ? "present" : "absent")));
            case "add" -> changed(indexes.add(), "added", "all indexes are there");
            case "remove" -> changed(indexes.remove(), "removed", "no index of ours is there");
            default -> throw new UsageException("'" + verb + "' is none of list, add, remove");
        }
        return 0;
    }

    private void changed(List<String> names, String verb, String none) {
        names.forEach(name -> answer.say(name + " " + verb));
        if (names.isEmpty()) {
            answer.say("Nothing to do: " + none + ".");
        }
    }

    private String revisions() throws SQLException {
        return text(migration.revisions());
    }

    private static String text(Collection<String> revisions) {
        return String.join(", ", revisions);
    }
}
