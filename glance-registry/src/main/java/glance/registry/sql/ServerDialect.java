package glance.registry.sql;

/** What the database servers have in common: many writers, row locks, and statistics to choose an index by. */
abstract class ServerDialect extends Dialect {
    private static final int FEW = 2000;

    private final int few;

    ServerDialect() {
        this(FEW);
    }

    /** For tests that want both ways of a list. */
    ServerDialect(int few) {
        this.few = few;
    }

    @Override
    final boolean hasOneWriter() {
        return false;
    }

    @Override
    final String forUpdate() {
        return " FOR UPDATE";
    }

    @Override
    final int few() {
        return few;
    }

    @Override
    final String unindexed(String column) {
        return column;
    }
}
