package glance.api.v2;

import glance.api.ApiConfig;
import glance.api.QueryString;
import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.MemberStatus;
import glance.image.Visibility;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes {@code GET /v2/images}: paging and the parameters that are no filters. Filters and order have classes of
 * their own.
 */
final class ListRequest {
    private ListRequest() {}

    /**
     * @throws GlanceException.InvalidRequest naming the parameter
     */
    static ImageQuery decode(QueryString query, ApiConfig config) {
        ListFilters filters = new ListFilters(query);
        return new ImageQuery(
                filters.decode(),
                visibility(query),
                memberStatus(query),
                hidden(query),
                ListOrder.decode(query),
                marker(query),
                limit(query, config));
    }

    /** How many a page may have: what the query asks for, within what is configured. */
    static int limit(QueryString query, ApiConfig config) {
        Optional<String> given = query.last("limit");
        if (given.isEmpty()) {
            return Math.min(config.defaultPage(), config.maxPage());
        }
        // Any number of digits is a number; more than fit are certainly above the maximum.
        if (!given.get().matches("\\+?[0-9]+")) {
            throw new GlanceException.InvalidRequest(
                    "limit param must be an integer of at least 0, not '" + given.get() + "'");
        }
        String digits = given.get().replaceFirst("^\\+?0*", "");
        return digits.length() > 9 ? config.maxPage() : Math.min(Integer.parseInt("0" + digits), config.maxPage());
    }

    private static @Nullable ImageId marker(QueryString query) {
        Optional<String> given = query.last("marker");
        if (given.isEmpty()) {
            return null;
        }
        ImageId marker = new ImageId(given.get());
        if (!marker.isPossible()) {
            throw new GlanceException.InvalidRequest("Invalid marker: there is no image '" + marker + "'");
        }
        return marker;
    }

    private static ImageQuery.VisibilityFilter visibility(QueryString query) {
        Optional<String> given = query.last("visibility");
        if (given.isEmpty() || given.get().isEmpty()) {
            // Empty text matches nothing; ListFilters adds that.
            return new ImageQuery.VisibilityFilter.Default();
        }
        return given.get().equals("all")
                ? new ImageQuery.VisibilityFilter.All()
                : new ImageQuery.VisibilityFilter.Only(Visibility.parse(given.get()));
    }

    private static @Nullable MemberStatus memberStatus(QueryString query) {
        String given = query.last("member_status").orElse("accepted");
        return given.equals("all") ? null : MemberStatus.parse(given);
    }

    private static boolean hidden(QueryString query) {
        String given = query.last(Attribute.OS_HIDDEN.column()).orElse("false");
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new GlanceException.InvalidRequest("Invalid value '" + given + "' for os_hidden: true or false");
        };
    }
}
