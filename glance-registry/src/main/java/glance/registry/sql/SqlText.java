package glance.registry.sql;

import java.util.ArrayList;
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

    /** Text whose question marks all stand for the values given, as often as they fit in. */
    SqlText addRepeated(String more, List<? extends Object> each) {
        sql.append(more);
        int marks = (int) more.chars().filter(c -> c == '?').count();
        for (int i = 0; i < marks; i += each.size()) {
            values.addAll(each);
        }
        return this;
    }

    SqlText add(SqlText more) {
        sql.append(more.sql);
        values.addAll(more.values);
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
