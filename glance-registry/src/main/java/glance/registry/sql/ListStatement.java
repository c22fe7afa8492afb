package glance.registry.sql;

import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.ImageQuery.Sort;
import glance.image.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds the statements that select a page of images, so that the work is bounded by the page and not by the table, on
 * engines without statistics too.
 *
 * <p>Model. Rows are found in one of three ways:
 *
 * <ul>
 *   <li><b>walk</b>: an index that holds the rows in sort order is read from the marker on until the page is full. One
 *       index per sort key, led by {@code deleted, os_hidden}, which most lists fix; one that does not walks each of their
 *       values and merges, as with branches.
 *   <li><b>branches</b>: a project sees own, public, community and shared images. A walk would pass over everybody
 *       else's; so each of these disjoint sets is a SELECT of its own with an index that leads to it, limited to a page,
 *       and the page is the first rows of their union. These indexes hold the rows by {@code created_at}; for another
 *       order a set is sorted when it is small, else the order's index is walked.
 *   <li><b>drive</b>: a filter that few images match is asked first, from its own index, and what it finds is sorted.
 *       A filter that many images match is left to the walk, which then finds a page soon.
 * </ul>
 *
 * <p>Small is {@link Dialect#few}, more for longer pages, found by counting up to there in the index. A walk that looks for
 * {@code limit} matches passes {@code limit * images / matches} images, a drive looks up {@code matches}: they cost the same
 * where matches grow with the square root of the limit. Every column that shall not choose the index is
 * written {@linkplain Dialect#unindexed unindexed}. CROSS JOIN keeps its written order in SQLite and means nothing special
 * elsewhere.
 */
final class ListStatement {
    /** The limit that {@link Dialect#few} is for. */
    private static final int USUAL_LIMIT = 25;

    /** Columns with an index that begins with {@code deleted, os_hidden}. */
    private static final Set<Attribute> LISTED = Set.of(
            Attribute.NAME,
            Attribute.STATUS,
            Attribute.SIZE,
            Attribute.DISK_FORMAT,
            Attribute.CONTAINER_FORMAT,
            Attribute.CREATED_AT,
            Attribute.UPDATED_AT);

    /** Columns with an index of their own. */
    private static final Set<Attribute> ALONE =
            Set.of(Attribute.ID, Attribute.OWNER, Attribute.CHECKSUM, Attribute.OS_HASH_VALUE);

    /** Columns that an index of ours begins with, beside {@link #LISTED}. */
    private static final Set<Attribute> OWN_INDEX = Set.of(Attribute.ID, Attribute.OWNER, Attribute.VISIBILITY);

    private final Connection connection;
    private final Dialect dialect;
    private final Conditions conditions;
    private final ImageQuery query;
    private final List<Sort> sort;
    private final boolean isByCreation;
    private final boolean named;
    private final long few;

    private ListStatement(Connection connection, Dialect dialect, boolean named, ImageQuery query) {
        this.connection = connection;
        this.dialect = dialect;
        this.named = named;
        this.few = Math.round(dialect.few() * Math.sqrt(Math.max(query.limit(), USUAL_LIMIT) / (double) USUAL_LIMIT));
        this.conditions = new Conditions(dialect);
        this.query = query;
        this.sort = untilId(query.sort());
        this.isByCreation = sort.getFirst().key() == Attribute.CREATED_AT;
    }

    /** Keys behind the id decide nothing, and would only keep an engine from seeing that its index is in order. */
    private static List<Sort> untilId(List<Sort> sort) {
        List<Sort> keys = new ArrayList<>();
        for (Sort key : sort) {
            keys.add(key);
            if (key.key() == Attribute.ID) {
                break;
            }
        }
        return keys;
    }

    /**
     * The statements whose rows, one after the other, follow the marker; a page asks the next one only while it is not
     * full.
     *
     * @param named whether the statements may name our indexes, without which they fail then
     */
    static List<Page> of(
            Connection connection,
            Dialect dialect,
            boolean named,
            ImageQuery query,
            Scope scope,
            @Nullable Image marker)
            throws SQLException {
        if (query.filters().stream().anyMatch(Filter.Nothing.class::isInstance)) {
            return List.of();
        }
        ListStatement list = new ListStatement(connection, dialect, named, query);
        List<Access> accesses = list.accesses(scope);
        List<Page> pages = new ArrayList<>();
        if (!accesses.isEmpty()) {
            for (Keyset.Part part : Keyset.parts(list.sort, marker, dialect)) {
                pages.add(rows -> list.union(accesses, part, rows));
            }
        }
        return pages;
    }

    /** A statement for the first {@code rows} rows of one part of the order. */
    @FunctionalInterface
    interface Page {
        ImageRows.Statement first(int rows);
    }

    /**
     * How the rows of one branch are found.
     *
     * @param from FROM, and WHERE up to all that is not filter or marker
     * @param walks whether rows come in sort order from an index, so that the marker's columns choose it
     * @param answered the filter {@code from} answers already
     */
    private record Access(
            SqlText from, boolean walks, @Nullable Filter answered) {}

    private List<Access> accesses(Scope scope) throws SQLException {
        ListScope visible = new ListScope(query, scope, conditions);
        for (Filter filter : query.filters()) {
            Access drive = drive(filter, visible);
            if (drive != null) {
                return List.of(drive);
            }
        }
        List<Access> accesses = new ArrayList<>();
        for (ListScope.Branch branch : visible.branches()) {
            SqlText joined = branch.joined();
            if (joined != null) {
                accesses.add(new Access(joined(joined).add(branch.rest()), false, null));
            } else {
                for (Slice slice : slices()) {
                    accesses.add(access(branch, slice));
                }
            }
        }
        return accesses;
    }

    /** By this filter, when its index shows that few images match. */
    private @Nullable Access drive(Filter filter, ListScope visible) throws SQLException {
        SqlText matches = conditions.matches(filter);
        if (matches != null) {
            SqlText ids = new SqlText("SELECT DISTINCT image_id ").add(matches);
            // Not of the distinct ones, which an engine may find all of before it counts the first.
            return isFew(new SqlText("SELECT 1 ").add(matches).add(dialect.inIndexOrder("image_id", few)))
                    ? new Access(joined(ids).add(" AND ").add(visible.whole()), false, filter)
                    : null;
        }
        Attribute attribute = indexed(filter);
        if (attribute == null || attribute == sort.getFirst().key()) {
            return null;
        }
        boolean isOurs = LISTED.contains(attribute) || attribute == Attribute.OWNER;
        SqlText from = new SqlText("FROM images i" + (isOurs ? by(attribute) : "") + " WHERE ")
                .add(conditions.of(filter, true))
                .add(inAnySlice(isOurs));
        return isFew(new SqlText("SELECT 1 ").add(from))
                ? new Access(from.add(status() + " AND ").add(visible.whole()), false, filter)
                : null;
    }

    /** The column whose index answers the filter, if any. */
    private static @Nullable Attribute indexed(Filter filter) {
        Attribute attribute = switch (filter) {
            case Filter.OneOf oneOf -> oneOf.attribute();
            case Filter.Quantity quantity -> quantity.operator() == Operator.NEQ ? null : quantity.attribute();
            case Filter.Time time -> time.operator() == Operator.NEQ ? null : time.attribute();
            case Filter.Flag ignored -> null;
            case Filter.Property ignored -> null;
            case Filter.Tag ignored -> null;
            case Filter.Nothing ignored -> null;
        };
        return attribute != null && (LISTED.contains(attribute) || ALONE.contains(attribute)) ? attribute : null;
    }

    private Access access(ListScope.Branch branch, Slice slice) throws SQLException {
        Attribute lead = branch.lead();
        if (lead == null) {
            return new Access(
                    new SqlText("FROM images i" + by(sort.getFirst().key()) + " WHERE 1 = 1")
                            .add(in(slice))
                            .add(status())
                            .add(branch.rest()),
                    true,
                    null);
        }
        SqlText led = led(lead, branch.value(), slice, true);
        boolean isLed = isByCreation || isFew(new SqlText("SELECT 1 ").add(led));
        SqlText from = isLed ? led : led(lead, branch.value(), slice, false);
        return new Access(from.add(status()).add(branch.rest()), isByCreation || !isLed, null);
    }

    private SqlText led(Attribute lead, String value, Slice slice, boolean indexed) {
        String column = conditions.column(lead, indexed);
        SqlText from = new SqlText(
                "FROM images i" + by(indexed ? lead : sort.getFirst().key()) + " WHERE ");
        return (lead == Attribute.VISIBILITY
                        ? from.add(column + " = ?", value)
                        : from.add(conditions.equal(column, value)))
                .add(in(slice));
    }

    /** Names our index that begins with a column, or with the columns every list fixes and then this one. */
    private String by(Attribute column) {
        String name = column.column().replace("_at", "");
        boolean isOurs = LISTED.contains(column) || OWN_INDEX.contains(column);
        return named && isOurs ? dialect.byIndex("glancejvm_images_" + name) : "";
    }

    private SqlText joined(SqlText ids) {
        return new SqlText("FROM (")
                .add(ids)
                .add(") d CROSS JOIN images i WHERE i.id = d.image_id")
                .add(inAnySlice(false))
                .add(status());
    }

    /** Rows that an index with {@code deleted, os_hidden} in it holds in one sort order. */
    private record Slice(boolean deleted, boolean hidden) {}

    private List<Slice> slices() {
        return switch (query.population()) {
            case SHOWN -> List.of(new Slice(false, false));
            case HIDDEN -> List.of(new Slice(false, true));
            case LIVE -> List.of(new Slice(false, false), new Slice(false, true));
            case EVER ->
                List.of(new Slice(false, false), new Slice(false, true), new Slice(true, false), new Slice(true, true));
        };
    }

    private SqlText in(Slice slice) {
        return new SqlText(
                " AND i.deleted = " + literal(slice.deleted()) + " AND i.os_hidden = " + literal(slice.hidden()));
    }

    private static String literal(boolean flag) {
        return flag ? "TRUE" : "FALSE";
    }

    /** For rows that need not come in order. */
    private SqlText inAnySlice(boolean indexed) {
        String deleted = indexed ? "i.deleted" : dialect.unindexed("i.deleted");
        String hidden = conditions.column(Attribute.OS_HIDDEN, indexed);
        return new SqlText(
                switch (query.population()) {
                    case SHOWN -> " AND " + deleted + " = FALSE AND " + hidden + " = FALSE";
                    case HIDDEN -> " AND " + deleted + " = FALSE AND " + hidden + " = TRUE";
                    case LIVE -> " AND " + deleted + " = FALSE AND " + hidden + " IN (FALSE, TRUE)";
                    case EVER -> " AND " + deleted + " IN (FALSE, TRUE) AND " + hidden + " IN (FALSE, TRUE)";
                });
    }

    /** Left out where rows are only counted: no index but one holds it, and each row would have to be read. */
    private String status() {
        String status = " AND " + conditions.column(Attribute.STATUS, false);
        return switch (query.population()) {
            case SHOWN, HIDDEN -> status + " <> 'killed'";
            case LIVE -> status + " NOT IN ('killed', 'pending_delete')";
            case EVER -> "";
        };
    }

    private boolean isFew(SqlText rows) throws SQLException {
        String sql = "SELECT COUNT(*) FROM (" + rows.sql() + " LIMIT " + (few + 1) + ") few";
        try (PreparedStatement count = connection.prepareStatement(sql)) {
            int position = 0;
            for (Object value : rows.values()) {
                count.setObject(++position, value);
            }
            try (ResultSet row = count.executeQuery()) {
                return row.next() && row.getLong(1) <= few;
            }
        }
    }

    private ImageRows.Statement union(List<Access> accesses, Keyset.Part part, int rows) {
        if (accesses.size() == 1) {
            return select(accesses.getFirst(), part, rows).statement();
        }
        SqlText union = new SqlText("");
        String separator = "";
        int number = 0;
        for (Access access : accesses) {
            union.add(separator + "SELECT * FROM (")
                    .add(select(access, part, rows))
                    .add(") b" + ++number);
            separator = "\nUNION ALL\n";
        }
        return union.add(order("", true), rows).statement();
    }

    private SqlText select(Access access, Keyset.Part part, int rows) {
        SqlText select = new SqlText("SELECT " + ImageRows.COLUMNS + "\n").add(access.from());
        for (Filter filter : query.filters()) {
            if (!filter.equals(access.answered())) {
                boolean isWalked = access.walks() && sort.getFirst().key() == indexed(filter);
                select.add("\nAND ").add(conditions.of(filter, isWalked));
            }
        }
        return select.add(part.condition(key -> conditions.column(key, access.walks())))
                .add(order("i.", access.walks()), rows);
    }

    private String order(String alias, boolean indexed) {
        return sort.stream()
                .map(key -> dialect.sortTerm(
                        indexed
                                ? alias + key.key().column()
                                : dialect.unindexed(alias + key.key().column()),
                        key.ascending()))
                .collect(Collectors.joining(", ", "\nORDER BY ", " LIMIT ?"));
    }
}
