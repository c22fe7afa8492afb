package glance.image;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a list asks for.
 *
 * @param filters all must hold
 * @param visibility which visibilities to keep, after the scope
 * @param memberStatus which memberships count for images shared with the caller; null means any
 * @param population among which images
 * @param sort at least one key; the code that builds the query has appended {@code created_at} and {@code id}
 * @param marker the page starts after this image in sort order
 * @param limit rows at most, 0 or more
 */
public record ImageQuery(
        List<Filter> filters,
        VisibilityFilter visibility,
        @Nullable MemberStatus memberStatus,
        Population population,
        List<Sort> sort,
        @Nullable ImageId marker,
        int limit) {
    public ImageQuery {
        filters = List.copyOf(filters);
        sort = List.copyOf(sort);
    }

    /**
     * As API v2 lists.
     *
     * @param hidden only hidden images, or only the others
     */
    public ImageQuery(
            List<Filter> filters,
            VisibilityFilter visibility,
            @Nullable MemberStatus memberStatus,
            boolean hidden,
            List<Sort> sort,
            @Nullable ImageId marker,
            int limit) {
        this(filters, visibility, memberStatus, hidden ? Population.HIDDEN : Population.SHOWN, sort, marker, limit);
    }

    /** The order {@code created_at desc, id desc}. */
    public static final List<Sort> NEWEST_FIRST =
            List.of(new Sort(Attribute.CREATED_AT, false), new Sort(Attribute.ID, false));

    /** This query with other filters. */
    public ImageQuery withFilters(List<Filter> others) {
        return new ImageQuery(others, visibility, memberStatus, population, sort, marker, limit);
    }

    /** The page of this query that starts after {@code image}, of at most {@code rows} rows. */
    public ImageQuery after(@Nullable ImageId image, int rows) {
        return new ImageQuery(filters, visibility, memberStatus, population, sort, image, rows);
    }

    /** Everything in scope, newest first. */
    public static ImageQuery firstPage(int limit) {
        return new ImageQuery(
                List.of(), new VisibilityFilter.Default(), MemberStatus.ACCEPTED, false, NEWEST_FIRST, null, limit);
    }

    /** Among which images a list looks. */
    public enum Population {
        /** Live images that are not hidden; none in status {@code killed}. */
        SHOWN,
        /** Live images that are hidden; none in status {@code killed}. */
        HIDDEN,
        /** Live images, hidden or not; none in status {@code killed} or {@code pending_delete}: API v1's. */
        LIVE,
        /** Every image there is a record of: deleted ones, too, whatever their status. */
        EVER
    }

    /** One sort key. NULL sorts lowest, below empty text and 0. */
    public record Sort(Attribute key, boolean ascending) {}

    /** Comparison operators. */
    public enum Operator {
        EQ,
        NEQ,
        GT,
        GTE,
        LT,
        LTE
    }

    /** The visibility parameter. */
    public sealed interface VisibilityFilter {
        /** No parameter: community images of others are left out, for administrators too. */
        record Default() implements VisibilityFilter {}

        /** {@code visibility=all}. */
        record All() implements VisibilityFilter {}

        /** All but public images. */
        record NotPublic() implements VisibilityFilter {}

        /** Only this one. */
        record Only(Visibility visibility) implements VisibilityFilter {}
    }

    /** A condition. */
    public sealed interface Filter {
        /** A text attribute equals one of the values, under the database's own collation. */
        record OneOf(Attribute attribute, List<String> values) implements Filter {
            public OneOf {
                values = List.copyOf(values);
            }
        }

        /** A number; NULL never matches. */
        record Quantity(Attribute attribute, Operator operator, long value) implements Filter {}

        /** A time, UTC. */
        record Time(Attribute attribute, Operator operator, Instant value) implements Filter {}

        /** A boolean attribute. */
        record Flag(Attribute attribute, boolean value) implements Filter {}

        /** A live custom property with exactly this value. */
        record Property(String name, String value) implements Filter {}

        /** A live tag. */
        record Tag(String value) implements Filter {}

        /** Matches no image, e.g. {@code size=abc}. */
        record Nothing() implements Filter {}
    }
}
