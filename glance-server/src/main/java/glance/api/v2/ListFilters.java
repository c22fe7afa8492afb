package glance.api.v2;

import glance.api.InList;
import glance.api.IsoTime;
import glance.api.QueryString;
import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decodes the filters of a list. A parameter that means nothing else asks for a custom property of its name. */
final class ListFilters {
    /** Decoded elsewhere, or ignored: {@code deleted} is always overridden. */
    private static final Set<String> NOT_FILTERS =
            Set.of("limit", "marker", "sort", "sort_key", "sort_dir", "member_status", "os_hidden", "deleted", "tag");

    /** Engines refuse statements nested too deep: SQLite has a limit of 1000 by default. */
    private static final int MAX_FILTERS = 500;

    private final QueryString query;

    ListFilters(QueryString query) {
        this.query = query;
    }

    List<Filter> decode() {
        List<Filter> filters = new ArrayList<>();
        query.all("tag").forEach(tag -> filters.add(new Filter.Tag(tag.strip())));
        Map<String, String> single = new LinkedHashMap<>();
        query.parameters().forEach(parameter -> single.put(parameter.name(), parameter.value()));
        single.keySet().removeAll(NOT_FILTERS);
        single.forEach((name, value) -> filter(name, value).ifPresent(filters::add));
        if (filters.size() > MAX_FILTERS) {
            throw new GlanceException.InvalidRequest(
                    filters.size() + " filters are given; at most " + MAX_FILTERS + " are accepted");
        }
        return filters;
    }

    private static Optional<Filter> filter(String name, String value) {
        return switch (name) {
            case "changes-since" ->
                throw new GlanceException.InvalidRequest(
                        "The changes-since filter is no longer available; use updated_at=gte:<time>");
            case "visibility" -> value.isEmpty() ? Optional.of(new Filter.Nothing()) : Optional.empty();
            case "protected" -> Optional.of(flag(value));
            case "name", "id", "status", "container_format", "disk_format" ->
                Optional.of(oneOf(attribute(name), value));
            case "owner", "checksum", "os_hash_algo", "os_hash_value" ->
                Optional.of(new Filter.OneOf(attribute(name), List.of(value)));
            case "size", "virtual_size", "min_ram", "min_disk" ->
                Optional.of(quantity(attribute(name), Operator.EQ, value).orElseGet(Filter.Nothing::new));
            case "created_at", "updated_at" -> Optional.of(time(attribute(name), value));
            default -> Optional.of(boundOrProperty(name, value));
        };
    }

    private static Attribute attribute(String name) {
        return Attribute.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Filter flag(String value) {
        if (!Set.of("true", "false").contains(value)) {
            throw new GlanceException.InvalidRequest("Invalid value '" + value + "' for protected: true or false");
        }
        return new Filter.Flag(Attribute.PROTECTED, value.equals("true"));
    }

    private static Filter oneOf(Attribute attribute, String value) {
        Operation operation = Operation.parse(value);
        return switch (operation.operator()) {
            case "eq" -> new Filter.OneOf(attribute, List.of(operation.operand()));
            case "in" -> new Filter.OneOf(attribute, InList.parse(operation.operand()));
            default -> throw unknownOperator(operation, attribute);
        };
    }

    private static Filter time(Attribute attribute, String value) {
        Operation operation = Operation.parse(value);
        Operator operator = switch (operation.operator()) {
            case "eq" -> Operator.EQ;
            case "neq" -> Operator.NEQ;
            case "gt" -> Operator.GT;
            case "gte" -> Operator.GTE;
            case "lt" -> Operator.LT;
            case "lte" -> Operator.LTE;
            default -> throw unknownOperator(operation, attribute);
        };
        Instant instant = IsoTime.parse(operation.operand())
                .orElseThrow(() -> new GlanceException.InvalidRequest(
                        "Invalid time '" + operation.operand() + "' for " + attribute.column()));
        return new Filter.Time(attribute, operator, instant);
    }

    private static Filter boundOrProperty(String name, String value) {
        boolean least = name.endsWith("_min");
        if (!least && !name.endsWith("_max")) {
            return new Filter.Property(name, value);
        }
        String field = name.substring(0, name.length() - "_min".length());
        for (Attribute attribute : Attribute.values()) {
            if (attribute.column().equals(field) && attribute.kind() == Attribute.Kind.NUMBER) {
                return quantity(attribute, least ? Operator.GTE : Operator.LTE, value)
                        .orElseThrow(() -> new GlanceException.InvalidRequest(
                                "Invalid value '" + value + "' for " + name + ": a whole number"));
            }
        }
        throw new GlanceException.InvalidRequest("There is no numeric field '" + field + "' to filter by " + name);
    }

    /** Nothing when {@code value} is no number. A number beyond 64 bits compares like the nearest within. */
    private static Optional<Filter> quantity(Attribute attribute, Operator operator, String value) {
        if (!value.strip().matches("[+-]?[0-9]{1,100}")) {
            return Optional.empty();
        }
        BigInteger number = new BigInteger(value.strip());
        long nearest = number.bitLength() < Long.SIZE
                ? number.longValue()
                : number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        return Optional.of(new Filter.Quantity(attribute, operator, nearest));
    }

    private static GlanceException.InvalidRequest unknownOperator(Operation operation, Attribute attribute) {
        return new GlanceException.InvalidRequest(
                "Unable to filter " + attribute.column() + " by the operator '" + operation.operator() + "'");
    }

    /** {@code operator:operand}; a value without a colon, or one that is a time, is compared for equality. */
    private record Operation(String operator, String operand) {
        static Operation parse(String value) {
            int colon = value.indexOf(':');
            if (colon < 0 || IsoTime.parse(value).isPresent()) {
                return new Operation("eq", value);
            }
            return new Operation(value.substring(0, colon), value.substring(colon + 1));
        }
    }
}
