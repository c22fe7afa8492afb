package glance.registry.sql;

import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageQuery.Sort;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * "After the marker in sort order" as SQL that an index can begin at. For keys a, b, c ascending:
 * {@code a >= ? AND (a > ? OR (b >= ? AND (b > ? OR c > ?)))}: the plain OR form makes engines read everything before
 * the marker, the row-value form does so in MySQL.
 *
 * <p>NULL is lowest. Descending past a marker, the rows with NULL in the first key follow all others, which as
 * {@code a <= ? OR a IS NULL} no index range can say; they become a second part of their own.
 */
final class Keyset {
    private static final Set<Attribute> NEVER_NULL =
            Set.of(Attribute.ID, Attribute.STATUS, Attribute.CREATED_AT, Attribute.VISIBILITY);

    private final List<Sort> sort;
    private final Image marker;
    private final Dialect dialect;

    private Keyset(List<Sort> sort, Image marker, Dialect dialect) {
        this.sort = sort;
        this.marker = marker;
        this.dialect = dialect;
    }

    /** Conditions, each beginning with AND, whose disjoint row sets together follow the marker; empty text for no marker. */
    static List<SqlText> parts(List<Sort> sort, @Nullable Image marker, Dialect dialect) {
        if (marker == null) {
            return List.of(new SqlText(""));
        }
        Keyset keyset = new Keyset(sort, marker, dialect);
        List<SqlText> parts = new ArrayList<>();
        parts.add(new SqlText("\nAND ").add(keyset.after(0)));
        Sort first = sort.getFirst();
        if (!first.ascending() && mayBeNull(first) && keyset.value(first) != null) {
            parts.add(new SqlText("\nAND " + column(first) + " IS NULL"));
        }
        return parts;
    }

    private SqlText after(int index) {
        Sort key = sort.get(index);
        if (index == sort.size() - 1) {
            return strictly(key, index);
        }
        return atOrAfter(key, index)
                .add(" AND (")
                .add(strictly(key, index))
                .add(" OR (")
                .add(after(index + 1))
                .add("))");
    }

    private SqlText strictly(Sort key, int index) {
        Object value = value(key);
        if (value == null) {
            return new SqlText(key.ascending() ? column(key) + " IS NOT NULL" : "1 = 0");
        }
        return withNulls(key, index, new SqlText(column(key) + (key.ascending() ? " > ?" : " < ?"), value));
    }

    private SqlText atOrAfter(Sort key, int index) {
        Object value = value(key);
        if (value == null) {
            return new SqlText(key.ascending() ? "1 = 1" : column(key) + " IS NULL");
        }
        return withNulls(key, index, new SqlText(column(key) + (key.ascending() ? " >= ?" : " <= ?"), value));
    }

    /** Adds the NULLs that follow a value in descending order; for the first key they are a part of their own. */
    private static SqlText withNulls(Sort key, int index, SqlText comparison) {
        if (key.ascending() || index == 0 || !mayBeNull(key)) {
            return comparison;
        }
        return new SqlText("(").add(comparison).add(" OR " + column(key) + " IS NULL)");
    }

    private static boolean mayBeNull(Sort key) {
        return !NEVER_NULL.contains(key.key());
    }

    private static String column(Sort key) {
        return "i." + key.key().column();
    }

    private @Nullable Object value(Sort key) {
        return switch (marker.value(key.key())) {
            case Instant time -> dialect.time(time);
            case ImageStatus status -> status.wire();
            case Visibility visibility -> visibility.wire();
            case null -> null;
            case Object other -> other;
        };
    }
}
