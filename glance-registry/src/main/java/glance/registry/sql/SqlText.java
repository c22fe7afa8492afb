package glance.registry.sql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** SQL that grows together with the values of its question marks. Not thread-safe. */
final class SqlText {
    private final StringBuilder sql = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    SqlText(String sql, Object... values) {
        add(sql, values);
    }

    SqlText add(String more, Object... moreValues) {
        sql.append(more);
        values.addAll(List.of(moreValues));
        return this;
    }

    SqlText add(SqlText more) {
        sql.append(more.sql);
        values.addAll(more.values);
        return this;
    }

    /** Question marks for all of these, with commas; NULL, which matches nothing, for none. */
    SqlText addList(Collection<? extends Object> items) {
        sql.append(items.isEmpty() ? "NULL" : "?, ".repeat(items.size() - 1) + "?");
        values.addAll(items);
        return this;
    }

    String sql() {
        return sql.toString();
    }

    List<Object> values() {
        return values;
    }

    ImageRows.Statement statement() {
        return new ImageRows.Statement(sql(), List.copyOf(values));
    }
}
