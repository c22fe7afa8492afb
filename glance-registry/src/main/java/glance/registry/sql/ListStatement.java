package glance.registry.sql;

import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds the one statement that selects a page of images, so that the work is bounded by the page and not by the table.
 *
 * <p>Model. Rows are found in one of three ways:
 *
 * <ul>
 *   <li><b>walk</b>: an index that holds the rows in sort order is read from the marker on until the page is full. One
 *       index per sort key, led by {@code deleted, os_hidden}, which every list fixes.
 *   <li><b>branches</b>: a project sees own, public, community and shared images. A walk would pass over everybody
 *       else's; so each of these disjoint sets is a SELECT of its own with an index that leads to it, limited to a page,
 *       and the page is the first rows of their union.
 *   <li><b>drive</b>: a property or tag that few images have is read from its index first, and their images are
 *       sorted. A filter that many images match is left to the walk, which then finds a page soon. Where the border
 *       lies: {@link #FEW}.
 * </ul>
 *
 * <p>CROSS JOIN keeps its written order in SQLite and means nothing special elsewhere. COALESCE around a column keeps
 * an engine from taking that column's index where it would mislead.
 */
final class ListStatement {
    /** With N images and pages of n, driving by m matches reads m rows, walking reads n·N/m; equal at about this m. */
    static final int FEW = 2000;

    /** Equality on one of these finds so few rows, or finds them in order, that branches would only repeat the work. */
    private static final Set<Attribute> SELECTIVE =
            Set.of(Attribute.ID, Attribute.NAME, Attribute.CHECKSUM, Attribute.OS_HASH_VALUE);

    private static final String BY_PROPERTY =
            "SELECT DISTINCT image_id FROM image_properties WHERE name = ? AND value = ? AND deleted = FALSE";
    private static final String BY_TAG = "SELECT DISTINCT image_id FROM image_tags WHERE value = ? AND deleted = FALSE";

    private final Dialect dialect;

    ListStatement(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The page's statement, or null when no image can match. */
    ImageRows.@Nullable Statement of(Connection connection, ImageQuery query, Scope scope, @Nullable Image marker)
            throws SQLException {
        if (query.filters().stream().anyMatch(Filter.Nothing.class::isInstance)) {
            return null;
        }
        Filter driver = driver(connection, query);
        List<SqlText> branches = new ArrayList<>();
        for (SqlText source : sources(query, scope, driver)) {
            for (SqlText keyset : Keyset.parts(query.sort(), marker, dialect)) {
                branches.add(branch(query, source, driver, keyset));
            }
        }
        return branches.isEmpty() ? null : union(query, branches);
    }

    /** The first filter by property or tag that few images match; null for none. */
    private static @Nullable Filter driver(Connection connection, ImageQuery query) throws SQLException {
        for (Filter filter : query.filters()) {
            SqlText ids = idsBy(filter);
            if (ids != null && isFew(connection, ids)) {
                return filter;
            }
        }
        return null;
    }

    private static boolean isFew(Connection connection, SqlText ids) throws SQLException {
        String sql = "SELECT COUNT(*) FROM (" + ids.sql() + " LIMIT " + (FEW + 1) + ") some";
        try (PreparedStatement count = connection.prepareStatement(sql)) {
            int position = 0;
            for (Object value : ids.values()) {
                count.setObject(++position, value);
            }
            try (ResultSet row = count.executeQuery()) {
                return row.next() && row.getLong(1) <= FEW;
            }
        }
    }

    private static @Nullable SqlText idsBy(Filter filter) {
        return switch (filter) {
            case Filter.Property property -> new SqlText(BY_PROPERTY, property.name(), property.value());
            case Filter.Tag tag -> new SqlText(BY_TAG, tag.value());
            case Filter.OneOf ignored -> null;
            case Filter.Quantity ignored -> null;
            case Filter.Time ignored -> null;
            case Filter.Flag ignored -> null;
            case Filter.Nothing ignored -> null;
        };
    }

    /** FROM and the beginning of WHERE of each disjoint set of rows the caller may list. */
    private static List<SqlText> sources(ImageQuery query, Scope scope, @Nullable Filter driver) {
        ListScope visible = new ListScope(query, scope);
        SqlText ids = driver == null ? null : idsBy(driver);
        if (ids != null) {
            return List.of(new SqlText("FROM (")
                    .add(ids)
                    .add(") d CROSS JOIN images i WHERE i.id = d.image_id AND ")
                    .add(visible.whole()));
        }
        if (scope.admin() || query.filters().stream().anyMatch(ListStatement::isSelective)) {
            return List.of(new SqlText("FROM images i WHERE ").add(visible.whole()));
        }
        return visible.branches();
    }

    private static boolean isSelective(Filter filter) {
        return filter instanceof Filter.OneOf oneOf && SELECTIVE.contains(oneOf.attribute());
    }

    private SqlText branch(ImageQuery query, SqlText source, @Nullable Filter driver, SqlText keyset) {
        SqlText branch = new SqlText("SELECT " + ImageRows.COLUMNS + "\n")
                .add(source)
                .add("\nAND i.deleted = FALSE AND i.os_hidden = ? AND i.status <> 'killed'", query.hidden());
        for (Filter filter : query.filters()) {
            if (!filter.equals(driver)) {
                branch.add("\nAND ").add(condition(filter));
            }
        }
        branch.add(keyset);
        branch.add("\nORDER BY " + order(query, "i.") + " LIMIT ?", query.limit());
        return branch;
    }

    private ImageRows.Statement union(ImageQuery query, List<SqlText> branches) {
        if (branches.size() == 1) {
            return branches.getFirst().statement();
        }
        SqlText union = new SqlText("");
        String separator = "";
        int number = 0;
        for (SqlText branch : branches) {
            union.add(separator + "SELECT * FROM (").add(branch).add(") b" + ++number);
            separator = "\nUNION ALL\n";
        }
        union.add("\nORDER BY " + order(query, "") + " LIMIT ?", query.limit());
        return union.statement();
    }

    private String order(ImageQuery query, String alias) {
        List<String> terms = new ArrayList<>();
        for (ImageQuery.Sort sort : query.sort()) {
            terms.add(dialect.sortTerm(alias + sort.key().column(), sort.ascending()));
        }
        return String.join(", ", terms);
    }

    private SqlText condition(Filter filter) {
        return switch (filter) {
            case Filter.OneOf oneOf ->
                new SqlText("i." + oneOf.attribute().column() + " IN (")
                        .addList(oneOf.values())
                        .add(")");
            case Filter.Quantity quantity ->
                new SqlText(
                        "i." + quantity.attribute().column() + operator(quantity.operator()) + "?", quantity.value());
            case Filter.Time time ->
                new SqlText(
                        "i." + time.attribute().column() + operator(time.operator()) + "?", dialect.time(time.value()));
            case Filter.Flag flag -> new SqlText("i." + flag.attribute().column() + " = ?", flag.value());
            case Filter.Property property -> new SqlText("""
                        EXISTS (SELECT 1 FROM image_properties p
                            WHERE p.image_id = i.id AND p.name = ? AND p.value = ? AND NOT p.deleted)""", property.name(), property.value());
            case Filter.Tag tag -> new SqlText("""
                        EXISTS (SELECT 1 FROM image_tags t
                            WHERE t.image_id = i.id AND t.value = ? AND NOT t.deleted)""", tag.value());
            case Filter.Nothing ignored -> new SqlText("1 = 0");
        };
    }

    private static String operator(ImageQuery.Operator operator) {
        return switch (operator) {
            case EQ -> " = ";
            case NEQ -> " <> ";
            case GT -> " > ";
            case GTE -> " >= ";
            case LT -> " < ";
            case LTE -> " <= ";
        };
    }
}
