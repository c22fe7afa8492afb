package glance.api.v1;

import glance.api.ApiConfig;
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
import glance.image.ImageQuery.Sort;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The brief and the detailed list. */
final class ListCalls {
    /** Killed images and those that wait for their data's removal are never listed. */
    private static final List<String> LISTED =
            List.of("queued", "saving", "active", "deactivated", "uploading", "importing");

    private static final Set<String> SORT_KEYS =
            Set.of("name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at");
    private static final List<String> BRIEF =
            List.of("id", "name", "disk_format", "container_format", "checksum", "size");

    private final UseCases useCases;
    private final ApiConfig config;

    ListCalls(UseCases useCases, ApiConfig config) {
        this.useCases = useCases;
        this.config = config;
    }

    Response list(Request request, Caller caller, boolean detailed) {
        QueryString query = QueryString.parse(request.rawQuery());
        long limit = number(query, "limit").orElse((long) config.defaultPage());
        boolean all = caller.admin() && Set.of("none", "false", "0").contains(isPublic(query));
        // Without is_public an administrator lists as a member of the own project.
        Caller lister = all ? caller : caller.withAdmin(false);
        ImageQuery wanted = new ImageQuery(
                filters(query, all),
                all ? new ImageQuery.VisibilityFilter.All() : new ImageQuery.VisibilityFilter.Default(),
                null,
                false,
                order(query),
                marker(query, caller),
                (int) Math.min(limit, config.maxPage()));
        List<Image> images =
                limit == 0 ? List.of() : useCases.images().list(lister, wanted).items();
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

    private static List<Filter> filters(QueryString query, boolean all) {
        if (query.last("changes-since").isPresent()) {
            throw new GlanceException.InvalidRequest("Parameter changes-since is not supported by this server");
        }
        List<Filter> filters = new ArrayList<>();
        filters.add(new Filter.OneOf(Attribute.STATUS, LISTED));
        for (Attribute text :
                List.of(Attribute.NAME, Attribute.STATUS, Attribute.CONTAINER_FORMAT, Attribute.DISK_FORMAT)) {
            query.last(text.column()).ifPresent(value -> filters.add(new Filter.OneOf(text, List.of(value))));
        }
        number(query, "size_min").ifPresent(n -> filters.add(new Filter.Quantity(Attribute.SIZE, Operator.GTE, n)));
        number(query, "size_max").ifPresent(n -> filters.add(new Filter.Quantity(Attribute.SIZE, Operator.LTE, n)));
        number(query, "min_ram").ifPresent(n -> filters.add(new Filter.Quantity(Attribute.MIN_RAM, Operator.EQ, n)));
        query.last("min_disk")
                .ifPresent(text -> filters.add(
                        isNumber(text)
                                ? new Filter.Quantity(Attribute.MIN_DISK, Operator.EQ, Long.parseLong(text))
                                : new Filter.Nothing()));
        query.last("protected")
                .ifPresent(text -> filters.add(new Filter.Flag(
                        Attribute.PROTECTED,
                        Set.of("true", "1").contains(oneOf("protected", text, Set.of("true", "false", "1", "0"))))));
        if (all && !isPublic(query).equals("none")) {
            filters.add(new Filter.OneOf(Attribute.VISIBILITY, List.of("private", "shared", "community")));
        }
        query.parameters().stream()
                .filter(parameter -> parameter.name().startsWith("property-"))
                .forEach(parameter -> filters.add(
                        new Filter.Property(parameter.name().substring("property-".length()), parameter.value())));
        return filters;
    }

    private static String isPublic(QueryString query) {
        return query.last("is_public")
                .map(text -> oneOf("is_public", text, Set.of("true", "false", "none", "1", "0")))
                .orElse("");
    }

    private static String oneOf(String name, String text, Set<String> accepted) {
        String value = text.toLowerCase(Locale.ROOT);
        if (!accepted.contains(value)) {
            throw new GlanceException.InvalidRequest("Invalid " + name + " '" + text + "'; accepted: " + accepted);
        }
        return value;
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,18}");
    }

    private static Optional<Long> number(QueryString query, String name) {
        return query.last(name).map(text -> {
            if (!isNumber(text)) {
                throw new GlanceException.InvalidRequest(
                        "Parameter " + name + " is '" + text + "'; accepted: a whole number from 0");
            }
            return Long.valueOf(text);
        });
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

    private @Nullable ImageId marker(QueryString query, Caller caller) {
        String marker = query.last("marker").orElse(null);
        if (marker == null) {
            return null;
        }
        try {
            return useCases.images().show(caller, new ImageId(marker)).id();
        } catch (GlanceException.NotFound absent) {
            throw new GlanceException.InvalidRequest("Invalid marker '" + marker + "'; no such image", absent);
        }
    }
}
