package glance.registry.sql;

/**
 * The order of a list of a table with ids and times, and what follows a marker in it: by a key, then {@code created_at}, then
 * {@code id}, all in one direction, with NULL lowest. These tables are small beside that of images, so nothing here is shaped
 * for an index.
 *
 * @param key a column, trusted
 */
record RowOrder(String table, String key, boolean ascending) {
    String orderBy(Dialect dialect) {
        return " ORDER BY " + dialect.sortTerm(key, ascending) + ", " + dialect.sortTerm("created_at", ascending) + ", "
                + dialect.sortTerm("id", ascending);
    }

    /** Tells of the row with an id whether it has nothing in the key. */
    String isNullOf() {
        return "SELECT " + key + " IS NULL FROM " + table + " WHERE id = ?";
    }

    /**
     * The condition for what follows a row.
     *
     * @param marker the row's id
     * @param atNull whether that has nothing in the key
     */
    SqlText after(Object marker, boolean atNull) {
        SqlText ties = atNull
                ? new SqlText("(" + key + " IS NULL AND ")
                : new SqlText("(" + key + " = " + of(key), marker).add(" AND ");
        ties.add("(created_at" + beyond() + of("created_at"), marker)
                .add(" OR (created_at = " + of("created_at"), marker)
                .add(" AND id" + beyond() + "?)))", marker);
        SqlText behind = new SqlText("(");
        if (!atNull) {
            behind.add(key + beyond() + of(key), marker).add(ascending ? " OR " : " OR " + key + " IS NULL OR ");
        } else if (ascending) {
            behind.add(key + " IS NOT NULL OR ");
        }
        return behind.add(ties).add(")");
    }

    private String beyond() {
        return ascending ? " > " : " < ";
    }

    /** The marker's own value, as the engine has it. */
    private String of(String column) {
        return "(SELECT " + column + " FROM " + table + " WHERE id = ?)";
    }
}
