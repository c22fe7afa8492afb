package glance.manage.fsck;

import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.ImageQuery.Sort;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.ImageRepository;
import glance.image.Page;
import glance.image.Scope;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every live image, hidden ones too, oldest first, page by page: images created meanwhile come last or not at all. */
final class AllImages {
    private static final int PAGE = 500;
    private static final List<Sort> OLDEST_FIRST =
            List.of(new Sort(Attribute.CREATED_AT, true), new Sort(Attribute.ID, true));

    private final ImageRepository images;

    AllImages(ImageRepository images) {
        this.images = images;
    }

    void forEach(Consumer<Image> visitor) {
        forEach(false, visitor);
        forEach(true, visitor);
    }

    private void forEach(boolean hidden, Consumer<Image> visitor) {
        Image last = null;
        Page<Image> page;
        do {
            page = after(last, hidden);
            page.items().forEach(visitor);
            last = page.items().isEmpty() ? last : page.items().getLast();
        } while (page.full());
    }

    private Page<Image> after(@Nullable Image last, boolean hidden) {
        if (last == null) {
            return images.list(query(List.of(), null, hidden), Scope.EVERYTHING);
        }
        try {
            return images.list(query(List.of(), last.id(), hidden), Scope.EVERYTHING);
        } catch (GlanceException.InvalidRequest | GlanceException.NotFound deletedMeanwhile) {
            // Images of the very same instant are visited twice, which does no harm.
            Filter since = new Filter.Time(Attribute.CREATED_AT, Operator.GTE, last.createdAt());
            return images.list(query(List.of(since), null, hidden), Scope.EVERYTHING);
        }
    }

    private static ImageQuery query(List<Filter> filters, @Nullable ImageId marker, boolean hidden) {
        return new ImageQuery(filters, new VisibilityFilter.All(), null, hidden, OLDEST_FIRST, marker, PAGE);
    }
}
