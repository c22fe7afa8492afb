package glance.registry.sql;

import glance.image.Attribute;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import org.jspecify.annotations.Nullable;

/** Filters as conditions on an image {@code i}. */
final class Conditions {
    private final Dialect dialect;

    Conditions(Dialect dialect) {
        this.dialect = dialect;
    }

    /** A column as a condition names it: open to the engine's indexes, or not. */
    String column(Attribute attribute, boolean indexed) {
        String column = "i." + attribute.column();
        return indexed ? column : dialect.unindexed(column);
    }

    SqlText of(Filter filter, boolean indexed) {
        return switch (filter) {
            case Filter.OneOf oneOf ->
                new SqlText(column(oneOf.attribute(), indexed) + " IN (")
                        .addList(oneOf.values())
                        .add(")");
            case Filter.Quantity quantity ->
                new SqlText(column(quantity.attribute(), indexed) + operator(quantity.operator()), quantity.value());
            case Filter.Time time ->
                new SqlText(column(time.attribute(), indexed) + operator(time.operator()), dialect.time(time.value()));
            case Filter.Flag flag -> new SqlText(column(flag.attribute(), indexed) + " = ?", flag.value());
            // By the image's own few rows: an index that begins with the value would lead to every image that has it.
            case Filter.Property property ->
                new SqlText(
                        "EXISTS (SELECT 1 FROM image_properties p WHERE p.image_id = i.id AND p.name = ? AND "
                                + dialect.unindexed("p.value") + " = ? AND NOT p.deleted)",
                        property.name(),
                        property.value());
            case Filter.Tag tag ->
                new SqlText(
                        "EXISTS (SELECT 1 FROM image_tags t WHERE t.image_id = i.id AND " + dialect.unindexed("t.value")
                                + " = ? AND NOT t.deleted)",
                        tag.value());
            case Filter.Nothing ignored -> new SqlText("1 = 0");
        };
    }

    /** The ids of all images a filter by property or tag matches; null for other filters. */
    static @Nullable SqlText ids(Filter filter) {
        return switch (filter) {
            case Filter.Property property ->
                new SqlText(
                        "SELECT DISTINCT image_id FROM image_properties WHERE name = ? AND value = ? AND deleted = FALSE",
                        property.name(),
                        property.value());
            case Filter.Tag tag ->
                new SqlText(
                        "SELECT DISTINCT image_id FROM image_tags WHERE value = ? AND deleted = FALSE", tag.value());
            case Filter.OneOf ignored -> null;
            case Filter.Quantity ignored -> null;
            case Filter.Time ignored -> null;
            case Filter.Flag ignored -> null;
            case Filter.Nothing ignored -> null;
        };
    }

    private static String operator(Operator operator) {
        return switch (operator) {
            case EQ -> " = ?";
            case NEQ -> " <> ?";
            case GT -> " > ?";
            case GTE -> " >= ?";
            case LT -> " < ?";
            case LTE -> " <= ?";
        };
    }
}
