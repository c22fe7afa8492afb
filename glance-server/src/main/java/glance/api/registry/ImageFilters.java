package glance.api.registry;

import glance.api.InList;
import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.ImageQuery.Population;
import glance.image.ImageQuery.Sort;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.MemberStatus;
import glance.image.Visibility;
import glance.registry.remote.CommandFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * What {@code image_get_all} asks for. A filter of no other meaning is one by a custom property of its name.
 */
final class ImageFilters {
    /** As the API itself accepts. */
    private static final int MOST_FILTERS = 500;

    private final List<Filter> filters = new ArrayList<>();
    private VisibilityFilter visibility = new VisibilityFilter.Default();
    private boolean hidden;
    private boolean changed;
    private Optional<Boolean> deleted = Optional.empty();

    ImageFilters(Arguments given) {
        for (Map.Entry<String, JsonNode> each : given.values().properties()) {
            if (!each.getValue().isNull()) {
                add(each.getKey(), each.getValue(), given);
            }
        }
        requireFew(filters.size());
    }

    /**
     * @throws GlanceException.InvalidRequest when that many filters are more than a statement is made for
     */
    static void requireFew(int count) {
        if (count > MOST_FILTERS) {
            throw new GlanceException.InvalidRequest(
                    count + " filters are given; at most " + MOST_FILTERS + " are accepted");
        }
    }

    private void add(String name, JsonNode value, Arguments given) {
        switch (name) {
            case "visibility" -> visibility = visibility(given.text(name));
            case "is_public" -> withPublic(Arguments.flag(name, value));
            case "os_hidden" -> hidden = Arguments.flag(name, value);
            case "deleted" -> deleted = Optional.of(Arguments.flag(name, value));
            case "tags" -> given.texts(name).forEach(tag -> filters.add(new Filter.Tag(tag)));
            case "properties" ->
                given.object(name).values().properties().forEach(each -> property(each.getKey(), each.getValue()));
            case "changes-since" -> {
                changed = true;
                filters.add(new Filter.Time(Attribute.UPDATED_AT, Operator.GTE, Arguments.time(name, value)));
            }
            default ->
                column(name).ifPresentOrElse(column -> filters.add(column(column, value)), () -> other(name, value));
        }
    }

    private static VisibilityFilter visibility(String text) {
        return text.equals("all") ? new VisibilityFilter.All() : new VisibilityFilter.Only(Visibility.parse(text));
    }

    /** Only public images, or only the others. */
    void withPublic(boolean wanted) {
        visibility = wanted ? new VisibilityFilter.Only(Visibility.PUBLIC) : new VisibilityFilter.NotPublic();
    }

    private void property(String name, JsonNode value) {
        String text = ImageValues.propertyText(name, value);
        filters.add(text == null ? new Filter.Nothing() : new Filter.Property(name, text));
    }

    private static Optional<Attribute> column(String name) {
        return Arrays.stream(Attribute.values())
                .filter(attribute -> attribute.column().equals(name))
                .findFirst();
    }

    private static Filter column(Attribute column, JsonNode value) {
        return switch (column.kind()) {
            case TEXT -> new Filter.OneOf(column, texts(column, value));
            case FLAG -> new Filter.Flag(column, Arguments.flag(column.column(), value));
            case NUMBER -> new Filter.Quantity(column, Operator.EQ, Arguments.number(column.column(), value));
            case TIME -> time(column, value);
        };
    }

    private static List<String> texts(Attribute column, JsonNode value) {
        String text = Arguments.text(column.column(), value);
        return text.startsWith("in:") ? InList.parse(text.substring(3)) : List.of(text);
    }

    private static Filter time(Attribute column, JsonNode value) {
        if (value.isString()) {
            for (Operator operator : Operator.values()) {
                String prefix = operator.name().toLowerCase(Locale.ROOT) + ":";
                if (value.asString().startsWith(prefix)) {
                    JsonNode time = StringNode.valueOf(value.asString().substring(prefix.length()));
                    return new Filter.Time(column, operator, Arguments.time(column.column(), time));
                }
            }
        }
        return new Filter.Time(column, Operator.EQ, Arguments.time(column.column(), value));
    }

    private void other(String name, JsonNode value) {
        boolean least = name.endsWith("_min");
        Optional<Attribute> bounded = least || name.endsWith("_max")
                ? column(name.substring(0, name.length() - "_min".length()))
                : Optional.empty();
        if (bounded.isPresent() && bounded.get().kind() == Attribute.Kind.NUMBER) {
            Operator operator = least ? Operator.GTE : Operator.LTE;
            filters.add(new Filter.Quantity(bounded.get(), operator, Arguments.number(name, value)));
        } else {
            property(name, value);
        }
    }

    /** What the query cannot say of an image. */
    Predicate<Image> wanted() {
        return image -> deleted.isEmpty() || deleted.get() == (image.deletedAt() != null);
    }

    /**
     * The query, whose limit the reader sets.
     *
     * @throws CommandFailure InvalidSortKey when there is no such column
     */
    ImageQuery query(Optional<MemberStatus> memberStatus, List<Sort> order, Optional<ImageId> marker) {
        return new ImageQuery(
                filters, visibility, memberStatus.orElse(null), population(), order, marker.orElse(null), 0);
    }

    /** What has changed may have gone. */
    private Population population() {
        if (deleted.orElse(changed)) {
            return Population.EVER;
        }
        return hidden ? Population.HIDDEN : Population.SHOWN;
    }

    /**
     * The order of keys and their directions: one direction for all, or one each; {@code created_at} and {@code id} follow.
     *
     * @param keys none is {@code created_at}
     * @param directions none is {@code desc}
     */
    static List<Sort> order(List<String> keys, List<String> directions) {
        List<String> names = keys.isEmpty() ? List.of("created_at") : keys;
        if (directions.size() > 1 && directions.size() != names.size()) {
            throw new GlanceException.InvalidRequest(
                    "There are " + names.size() + " sort keys and " + directions.size() + " directions");
        }
        boolean all = directions.size() == 1 && ascending(directions.getFirst());
        Map<Attribute, Boolean> order = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Attribute key = column(name)
                    .orElseThrow(
                            () -> CommandFailure.of("InvalidSortKey", "Images cannot be sorted by '" + name + "'"));
            order.putIfAbsent(key, directions.size() > 1 ? ascending(directions.get(i)) : all);
        }
        order.putIfAbsent(Attribute.CREATED_AT, all);
        order.putIfAbsent(Attribute.ID, all);
        return order.entrySet().stream()
                .map(each -> new Sort(each.getKey(), each.getValue()))
                .toList();
    }

    private static boolean ascending(String direction) {
        return switch (direction) {
            case "asc" -> true;
            case "desc" -> false;
            default ->
                throw new GlanceException.InvalidRequest("Sort direction '" + direction + "'; accepted: asc, desc");
        };
    }
}
