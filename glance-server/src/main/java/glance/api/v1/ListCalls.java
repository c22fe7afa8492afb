package glance.api.v1;

import glance.api.ApiConfig;
import glance.api.IsoTime;
import glance.api.Json;
import glance.api.QueryString;
import glance.api.UseCases;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Request;
import glance.http.Response;
import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.ImageQuery.Population;
import glance.image.ImageQuery.Sort;
import glance.image.ImageQuery.VisibilityFilter;
import glance.policy.Action;
import glance.policy.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The brief and the detailed list. Whatever a membership's status is, it shows the image; hidden images are like others; what
 * changed since some time includes what is gone.
 */
final class ListCalls {
    private static final Set<String> SORT_KEYS =
            Set.of("name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at");
    private static final List<String> BRIEF =
            List.of("id", "name", "disk_format", "container_format", "checksum", "size");

    private static final String PROPERTY = "property-";
    /** Far below what statements can hold. */
    private static final int MOST_PROPERTIES = 100;

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final int MOST_DIGITS = 18;
    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final UseCases useCases;
    private final ApiConfig config;

    ListCalls(UseCases useCases, ApiConfig config) {
        this.useCases = useCases;
        this.config = config;
    }

    Response list(Request request, Caller caller, boolean detailed) {
        QueryString query = QueryString.parse(request.rawQuery());
        List<Image> images = page(query, caller);
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("images");
            for (Image image : images) {
                if (detailed) {
                    ImageCalls.detail(json, image);
                } else {
                    json.writeStartObject();
                    var fields = ImageHeaders.attributes(image);
                    BRIEF.forEach(name -> ImageCalls.write(json, name, fields.get(name)));
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private List<Image> page(QueryString query, Caller caller) {
        String isPublic = isPublic(query);
        boolean everybodys = caller.admin() && List.of("none", "false").contains(isPublic);
        // Otherwise an administrator lists as a user of the own project does.
        Caller lister = everybodys ? caller : caller.withAdmin(false);
        ImageQuery wanted = new ImageQuery(
                filters(query),
                everybodys ? ofEverybody(isPublic) : new VisibilityFilter.Default(),
                null,
                query.last("changes-since").isPresent() ? Population.EVER : Population.LIVE,
                order(query),
                marker(query),
                limit(query));
        try {
            return useCases.images().list(lister, wanted).items();
        } catch (GlanceException.Forbidden refused) {
            ImageId marker = wanted.marker();
            if (marker == null || !useCases.policy().allows(lister, Action.GET_IMAGES, Target.ofList(lister))) {
                throw refused;
            }
            throw noSuchMarker(marker.value(), refused);
        }
    }

    /** Validated whoever asks, although it means something to administrators alone. */
    private static String isPublic(QueryString query) {
        String value = query.last("is_public")
                .map(text ->
                        oneOf("is_public", text.toLowerCase(Locale.ROOT), Set.of("true", "false", "none", "1", "0")))
                .orElse("true");
        return switch (value) {
            case "1" -> "true";
            case "0" -> "false";
            default -> value;
        };
    }

    private static VisibilityFilter ofEverybody(String isPublic) {
        return isPublic.equals("none") ? new VisibilityFilter.All() : new VisibilityFilter.NotPublic();
    }

    private static List<Filter> filters(QueryString query) {
        List<Filter> filters = new ArrayList<>();
        query.last("changes-since").ifPresent(text -> filters.add(changedAfter(text)));
        for (Attribute text :
                List.of(Attribute.NAME, Attribute.STATUS, Attribute.CONTAINER_FORMAT, Attribute.DISK_FORMAT)) {
            query.last(text.column()).ifPresent(value -> filters.add(new Filter.OneOf(text, List.of(value))));
        }
        number(query, "size_min").ifPresent(n -> filters.add(new Filter.Quantity(Attribute.SIZE, Operator.GTE, n)));
        number(query, "size_max").ifPresent(n -> filters.add(new Filter.Quantity(Attribute.SIZE, Operator.LTE, n)));
        number(query, "min_ram").ifPresent(n -> filters.add(new Filter.Quantity(Attribute.MIN_RAM, Operator.EQ, n)));
        query.last("min_disk")
                .map(text -> isNumber(text)
                        ? new Filter.Quantity(Attribute.MIN_DISK, Operator.EQ, parsed(text))
                        : new Filter.Nothing())
                .ifPresent(filters::add);
        query.last("protected")
                .map(text -> oneOf("protected", text.toLowerCase(Locale.ROOT), Set.of("true", "false", "1", "0")))
                .map(value ->
                        new Filter.Flag(Attribute.PROTECTED, Set.of("true", "1").contains(value)))
                .ifPresent(filters::add);
        properties(query).forEach((name, value) -> filters.add(new Filter.Property(name, value)));
        return filters;
    }

    private static Filter changedAfter(String text) {
        Instant since = IsoTime.parse(text)
                .orElseThrow(() -> new GlanceException.InvalidRequest(
                        "Invalid changes-since '" + text + "'; accepted: a time in ISO 8601"));
        return new Filter.Time(Attribute.UPDATED_AT, Operator.GT, since);
    }

    /** Of a repeated one the last counts, as with every parameter. */
    private static SequencedMap<String, String> properties(QueryString query) {
        SequencedMap<String, String> properties = new LinkedHashMap<>();
        for (QueryString.Parameter parameter : query.parameters()) {
            if (parameter.name().startsWith(PROPERTY)) {
                properties.put(parameter.name().substring(PROPERTY.length()), parameter.value());
            }
        }
        if (properties.size() > MOST_PROPERTIES) {
            throw new GlanceException.InvalidRequest("The list asks for " + properties.size() + " properties; at most "
                    + MOST_PROPERTIES + " are accepted");
        }
        return properties;
    }

    private static String oneOf(String name, String text, Set<String> accepted) {
        if (!accepted.contains(text)) {
            throw new GlanceException.InvalidRequest(
                    "Invalid " + name + " '" + text + "'; accepted: " + new TreeSet<>(accepted));
        }
        return text;
    }

    private static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    /** More digits than fit are beyond any size, memory or page. */
    private static long parsed(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(significant);
    }

    private static Optional<Long> number(QueryString query, String name) {
        return query.last(name).map(text -> {
            if (!isNumber(text)) {
                throw new GlanceException.InvalidRequest(
                        "Parameter " + name + " is '" + text + "'; accepted: a whole number from 0");
            }
            return parsed(text);
        });
    }

    private int limit(QueryString query) {
        long asked = number(query, "limit").orElse((long) config.defaultPage());
        return (int) Math.min(asked, config.maxPage());
    }

    private static List<Sort> order(QueryString query) {
        String key = oneOf("sort_key", query.last("sort_key").orElse("created_at"), SORT_KEYS);
        boolean ascending = oneOf("sort_dir", query.last("sort_dir").orElse("desc"), Set.of("asc", "desc"))
                .equals("asc");
        SequencedSet<Attribute> keys = new LinkedHashSet<>();
        keys.add(Attribute.valueOf(key.toUpperCase(Locale.ROOT)));
        keys.add(Attribute.CREATED_AT);
        keys.add(Attribute.ID);
        return keys.stream().map(attribute -> new Sort(attribute, ascending)).toList();
    }

    private static @Nullable ImageId marker(QueryString query) {
        String marker = query.last("marker").orElse(null);
        if (marker != null && !UUID_FORM.matcher(marker).matches()) {
            throw new GlanceException.InvalidRequest("Invalid marker '" + marker + "'; accepted: a UUID");
        }
        return marker == null ? null : new ImageId(marker);
    }

    private static GlanceException.InvalidRequest noSuchMarker(String marker, GlanceException cause) {
        return new GlanceException.InvalidRequest("Invalid marker '" + marker + "'; no such image", cause);
    }
}
