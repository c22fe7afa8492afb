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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * "After the marker in sort order" as SQL that an index can begin at. For keys a, b ascending:
 * {@code a >= ? AND (a > ? OR b > ?)}: the plain OR form makes engines read everything before the marker, the row-value
 * form does so in MySQL.
 *
 * <p>When many rows tie with the marker in the first key, as with {@code status}, that form still begins at the first of
 * them. And NULL is lowest: descending, the rows with NULL follow all others, which no single range can say. So the rows
 * after the marker come in up to three parts, one after the other: those that tie in the first key, those behind, and
 * those with NULL. A page asks for the next part only while it is not full.
 */
final class Keyset {
    private static final Set<Attribute> NEVER_NULL =
            Set.of(Attribute.ID, Attribute.STATUS, Attribute.CREATED_AT, Attribute.VISIBILITY);

    /** One part of the order, as a condition once it is known how columns are named; begins with AND, or is empty. */
    @FunctionalInterface
    interface Part {
        SqlText condition(Function<Attribute, String> column);
    }

    private final List<Sort> sort;
    private final Image marker;
    private final Dialect dialect;
    private final Function<Attribute, String> column;

    private Keyset(List<Sort> sort, Image marker, Dialect dialect, Function<Attribute, String> column) {
        this.sort = sort;
        this.marker = marker;
        this.dialect = dialect;
        this.column = column;
    }

    /** The parts after the marker, in sort order; without a marker one part, which is everything. */
    static List<Part> parts(List<Sort> sort, @Nullable Image marker, Dialect dialect) {
        if (marker == null) {
            return List.of(column -> new SqlText(""));
        }
        Sort first = sort.getFirst();
        if (first.key() == Attribute.ID || first.key() == Attribute.CREATED_AT) {
            return List.of(column -> new SqlText("\nAND ").add(new Keyset(sort, marker, dialect, column).after(0)));
        }
        List<Part> parts = new ArrayList<>();
        parts.add(column -> {
            Keyset keyset = new Keyset(sort, marker, dialect, column);
            return new SqlText("\nAND ").add(keyset.ties(first)).add(" AND ").add(keyset.after(1));
        });
        boolean atNull = marker.value(first.key()) == null;
        if (!atNull || first.ascending()) {
            parts.add(column -> new SqlText("\nAND ").add(new Keyset(sort, marker, dialect, column).beyond(first)));
        }
        if (!atNull && !first.ascending() && mayBeNull(first)) {
            parts.add(column -> new SqlText("\nAND " + column.apply(first.key()) + " IS NULL"));
        }
        return parts;
    }

    private SqlText after(int index) {
        Sort key = sort.get(index);
        if (index == sort.size() - 1) {
            return strictly(key);
        }
        return atOrAfter(key)
                .add(" AND (")
                .add(strictly(key))
                .add(" OR (")
                .add(after(index + 1))
                .add("))");
    }

    private SqlText ties(Sort key) {
        Object value = value(key);
        return value == null ? new SqlText(name(key) + " IS NULL") : new SqlText(name(key) + " = ?", value);
    }

    /** Behind the marker by this key alone; NULLs that follow a value are left out. */
    private SqlText beyond(Sort key) {
        Object value = value(key);
        if (value == null) {
            return new SqlText(key.ascending() ? name(key) + " IS NOT NULL" : "1 = 0");
        }
        return new SqlText(name(key) + (key.ascending() ? " > ?" : " < ?"), value);
    }

    private SqlText strictly(Sort key) {
        return withNulls(key, beyond(key));
    }

    private SqlText atOrAfter(Sort key) {
        Object value = value(key);
        if (value == null) {
            return new SqlText(key.ascending() ? "1 = 1" : name(key) + " IS NULL");
        }
        return withNulls(key, new SqlText(name(key) + (key.ascending() ? " >= ?" : " <= ?"), value));
    }

    /** Adds the NULLs that follow a value in descending order. */
    private SqlText withNulls(Sort key, SqlText comparison) {
        if (key.ascending() || !mayBeNull(key) || value(key) == null) {
            return comparison;
        }
        return new SqlText("(").add(comparison).add(" OR " + name(key) + " IS NULL)");
    }

    private static boolean mayBeNull(Sort key) {
        return !NEVER_NULL.contains(key.key());
    }

    private String name(Sort key) {
        return column.apply(key.key());
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
