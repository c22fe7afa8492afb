package glance.testkit.registry;

import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.ImageQuery.Sort;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.ImageStatus;
import glance.image.Scope;
import glance.image.Visibility;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which images a list shows and in which order, written as plainly as the contract states it: what other
 * implementations are compared with.
 *
 * @param membersOf live members of an image
 */
record ListRules(ImageQuery query, Scope scope, Function<ImageId, List<ImageMember>> membersOf) {
    boolean matches(Image image) {
        return inPopulation(image)
                && inScope(image)
                && visibilityHolds(image)
                && query.filters().stream().allMatch(filter -> holds(filter, image));
    }

    private boolean inPopulation(Image image) {
        boolean isLive = image.deletedAt() == null && image.status() != ImageStatus.KILLED;
        return switch (query.population()) {
            case SHOWN -> isLive && !image.hidden();
            case HIDDEN -> isLive && image.hidden();
            case LIVE -> isLive && image.status() != ImageStatus.PENDING_DELETE;
            case EVER -> true;
        };
    }

    private boolean inScope(Image image) {
        return scope.admin()
                || image.visibility() == Visibility.PUBLIC
                || image.visibility() == Visibility.COMMUNITY
                || image.isOwnedBy(scope.project())
                || (image.visibility() == Visibility.SHARED && isSharedWithCaller(image));
    }

    private boolean isSharedWithCaller(Image image) {
        return membersOf.apply(image.id()).stream()
                .anyMatch(member -> member.member().equals(scope.project())
                        && (query.memberStatus() == null || member.status() == query.memberStatus()));
    }

    private boolean visibilityHolds(Image image) {
        return switch (query.visibility()) {
            case VisibilityFilter.Default ignored ->
                image.visibility() != Visibility.COMMUNITY || image.isOwnedBy(scope.project());
            case VisibilityFilter.All ignored -> true;
            case VisibilityFilter.NotPublic ignored -> image.visibility() != Visibility.PUBLIC;
            case VisibilityFilter.Only only -> image.visibility() == only.visibility();
        };
    }

    private static boolean holds(Filter filter, Image image) {
        return switch (filter) {
            case Filter.OneOf oneOf -> {
                Object value = valueOf(image, oneOf.attribute());
                yield value != null && oneOf.values().contains(value.toString());
            }
            case Filter.Quantity quantity -> {
                Object value = valueOf(image, quantity.attribute());
                yield value instanceof Long number
                        && holds(quantity.operator(), Long.compare(number, quantity.value()));
            }
            case Filter.Time time -> {
                Object value = valueOf(image, time.attribute());
                yield value instanceof Instant instant && holds(time.operator(), instant.compareTo(time.value()));
            }
            case Filter.Flag flag -> Boolean.valueOf(flag.value()).equals(valueOf(image, flag.attribute()));
            case Filter.Property property ->
                property.value().equals(image.properties().get(property.name()));
            case Filter.Tag tag -> image.tags().contains(tag.value());
            case Filter.Nothing ignored -> false;
        };
    }

    private static boolean holds(Operator operator, int comparison) {
        return switch (operator) {
            case EQ -> comparison == 0;
            case NEQ -> comparison != 0;
            case GT -> comparison > 0;
            case GTE -> comparison >= 0;
            case LT -> comparison < 0;
            case LTE -> comparison <= 0;
        };
    }

    /** The order of the sort keys; null is lower than anything. */
    static Comparator<Image> order(List<Sort> sort, Comparator<String> texts) {
        return (left, right) -> {
            for (Sort one : sort) {
                int comparison = compare(valueOf(left, one.key()), valueOf(right, one.key()), texts);
                if (comparison != 0) {
                    return one.ascending() ? comparison : -comparison;
                }
            }
            return 0;
        };
    }

    private static int compare(@Nullable Object left, @Nullable Object right, Comparator<String> texts) {
        if (left == null || right == null) {
            return Boolean.compare(left != null, right != null);
        }
        return switch (left) {
            case Long number -> number.compareTo((Long) right);
            case Boolean flag -> flag.compareTo((Boolean) right);
            case Instant instant -> instant.compareTo((Instant) right);
            default -> texts.compare(left.toString(), right.toString());
        };
    }

    /** A column's value as it is compared: String, Long, Boolean, Instant or null. */
    private static @Nullable Object valueOf(Image image, Attribute attribute) {
        return switch (image.value(attribute)) {
            case ImageStatus status -> status.wire();
            case Visibility visibility -> visibility.wire();
            case Integer number -> number.longValue();
            case null -> null;
            case Object other -> other;
        };
    }
}
