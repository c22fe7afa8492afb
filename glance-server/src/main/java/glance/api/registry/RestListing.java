package glance.api.registry;

import glance.api.IsoTime;
import glance.api.QueryString;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.ImageQuery.Population;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.StringNode;

/** The parameters of a list in REST v1. Of a repeated one the last counts; unknown ones are ignored. */
final class RestListing {
    private static final Set<String> SORT_KEYS =
            Set.of("name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at");
    private static final String PROPERTY = "property-";

    private final QueryString query;
    private final RegistryConfig config;

    RestListing(QueryString query, RegistryConfig config) {
        this.query = query;
        this.config = config;
    }

    List<Image> read(CallerImages images) {
        boolean asUser = !images.caller().admin() || isPublic().equals("true");
        Scope scope = new Scope(!asUser, images.caller().projectId());
        // A member sees what is shared at once, whatever it said in API v2.
        ImageQuery wanted = new ImageQuery(
                filters(),
                visibility(asUser),
                null,
                withDeleted(images.caller()) ? Population.EVER : Population.LIVE,
                ImageFilters.order(
                        List.of(sortKey()), List.of(query.last("sort_dir").orElse("desc"))),
                query.last("marker").map(ImageId::new).orElse(null),
                0);
        try {
            return images.list(wanted, scope, _ -> true, Optional.of(limit()));
        } catch (GlanceException.NotFound gone) {
            throw new GlanceException.InvalidRequest("The marker is no image of this list", gone);
        }
    }

    private VisibilityFilter visibility(boolean asUser) {
        if (asUser) {
            return new VisibilityFilter.Default();
        }
        return isPublic().equals("false") ? new VisibilityFilter.NotPublic() : new VisibilityFilter.All();
    }

    /** What has changed may have gone; otherwise administrators alone may ask for what has. */
    private boolean withDeleted(Caller caller) {
        boolean asked = caller.admin()
                && query.last("deleted")
                        .map(text -> Arguments.flag("deleted", StringNode.valueOf(text)))
                        .orElse(false);
        return asked || query.last("changes-since").isPresent();
    }

    /** Administrators alone may say it; true is "as a user would see it". */
    private String isPublic() {
        String text = query.last("is_public").orElse("true").toLowerCase(Locale.ROOT);
        return switch (text) {
            case "true", "1", "on", "yes", "y", "t" -> "true";
            case "false", "0", "off", "no", "n", "f" -> "false";
            case "none" -> "none";
            default ->
                throw new GlanceException.InvalidRequest("is_public is '" + text + "'; accepted: true, false, none");
        };
    }

    private String sortKey() {
        String key = query.last("sort_key").orElse("created_at");
        if (!SORT_KEYS.contains(key)) {
            throw new GlanceException.InvalidRequest("sort_key is '" + key + "'; accepted: " + SORT_KEYS);
        }
        return key;
    }

    private int limit() {
        long asked = query.last("limit")
                .map(text -> Arguments.number("limit", StringNode.valueOf(text)))
                .orElse((long) config.defaultPage());
        if (asked < 0) {
            throw Arguments.invalid("limit", "is " + asked + "; accepted: a whole number from 0");
        }
        return (int) Math.min(asked, config.maxPage());
    }

    private List<Filter> filters() {
        List<Filter> filters = new ArrayList<>();
        for (Attribute text :
                List.of(Attribute.NAME, Attribute.STATUS, Attribute.CONTAINER_FORMAT, Attribute.DISK_FORMAT)) {
            query.last(text.column()).ifPresent(value -> filters.add(new Filter.OneOf(text, List.of(value))));
        }
        for (Attribute number : List.of(Attribute.MIN_RAM, Attribute.MIN_DISK)) {
            query.last(number.column()).ifPresent(value -> filters.add(equal(number, value)));
        }
        bound("size_min", Operator.GTE).ifPresent(filters::add);
        bound("size_max", Operator.LTE).ifPresent(filters::add);
        query.last("protected")
                .ifPresent(value -> filters.add(
                        new Filter.Flag(Attribute.PROTECTED, Arguments.flag("protected", StringNode.valueOf(value)))));
        query.last("changes-since").ifPresent(value -> filters.add(changedAfter(value)));
        ImageFilters.requireFew(query.parameters().size());
        query.parameters().stream()
                .filter(parameter -> parameter.name().startsWith(PROPERTY))
                .forEach(parameter -> filters.add(
                        new Filter.Property(parameter.name().substring(PROPERTY.length()), parameter.value())));
        return filters;
    }

    private Optional<Filter> bound(String name, Operator operator) {
        return query.last(name)
                .map(text -> new Filter.Quantity(
                        Attribute.SIZE, operator, Arguments.number(name, StringNode.valueOf(text))));
    }

    private static Filter equal(Attribute column, String text) {
        return text.matches("[0-9]{1,18}")
                ? new Filter.Quantity(column, Operator.EQ, Long.parseLong(text))
                : new Filter.Nothing();
    }

    private static Filter changedAfter(String text) {
        return new Filter.Time(
                Attribute.UPDATED_AT,
                Operator.GT,
                IsoTime.parse(text)
                        .orElseThrow(
                                () -> Arguments.invalid("changes-since", "is '" + text + "'; accepted: ISO 8601")));
    }
}
