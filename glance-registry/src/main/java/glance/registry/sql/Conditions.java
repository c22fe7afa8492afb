package glance.registry.sql;

import glance.image.Attribute;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.StorableText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Filters as conditions on an image {@code i}. */
final class Conditions {
    private final Dialect dialect;

    Conditions(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The condition that a text column has exactly one of these values; one that no database can hold is not sent to it. */
    SqlText equal(String column, List<String> wanted) {
        List<String> values = wanted.stream().filter(StorableText::isStorable).toList();
        return values.isEmpty()
                ? new SqlText("1 = 0")
                : new SqlText("").addRepeated(dialect.equal(column, values.size()), values);
    }

    SqlText equal(String column, String value) {
        return equal(column, List.of(value));
    }

    private SqlText equalLong(String column, String value) {
        return StorableText.isStorable(value)
                ? new SqlText("").addRepeated(dialect.equalLong(column), List.of(value))
                : new SqlText("1 = 0");
    }

    /** A column as a condition names it: open to the engine's indexes, or not. */
    String column(Attribute attribute, boolean indexed) {
        String column = "i." + attribute.column();
        return indexed ? column : dialect.unindexed(column);
    }

    SqlText of(Filter filter, boolean indexed) {
        return switch (filter) {
            case Filter.OneOf oneOf -> equal(column(oneOf.attribute(), indexed), List.copyOf(oneOf.values()));
            case Filter.Quantity quantity ->
                new SqlText(column(quantity.attribute(), indexed) + operator(quantity.operator()), quantity.value());
            case Filter.Time time ->
                new SqlText(
                        column(time.attribute(), indexed) + operator(time.operator()), TimeText.format(time.value()));
            case Filter.Flag flag -> new SqlText(column(flag.attribute(), indexed) + " = ?", flag.value());
            // By the image's own few rows: an index that begins with the value would lead to every image that has it.
            case Filter.Property property ->
                new SqlText("EXISTS (SELECT 1 FROM image_properties p WHERE p.image_id = i.id AND ")
                        .add(equal("p.name", property.name()))
                        .add(" AND ")
                        .add(equal(dialect.unindexed("p.value"), property.value()))
                        .add(" AND NOT p.deleted)");
            case Filter.Tag tag ->
                new SqlText("EXISTS (SELECT 1 FROM image_tags t WHERE t.image_id = i.id AND ")
                        .add(equal(dialect.unindexed("t.value"), tag.value()))
                        .add(" AND NOT t.deleted)");
            case Filter.Nothing ignored -> new SqlText("1 = 0");
        };
    }

    /** FROM and WHERE of the rows by which a filter by property or tag matches images; null for other filters. */
    @Nullable
    SqlText matches(Filter filter) {
        return switch (filter) {
            case Filter.Property property ->
                new SqlText("FROM image_properties WHERE ")
                        .add(equal("name", property.name()))
                        .add(" AND ")
                        .add(equalLong("value", property.value()))
                        .add(" AND deleted = FALSE");
            case Filter.Tag tag ->
                new SqlText("FROM image_tags WHERE ")
                        .add(equal("value", tag.value()))
                        .add(" AND deleted = FALSE");
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
