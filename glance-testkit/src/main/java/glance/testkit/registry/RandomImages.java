package glance.testkit.registry;

import glance.image.Attribute;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageQuery.Filter;
import glance.image.ImageQuery.Operator;
import glance.image.ImageQuery.Population;
import glance.image.ImageQuery.VisibilityFilter;
import glance.image.ImageStatus;
import glance.image.MemberStatus;
import glance.image.Registry;
import glance.image.Scope;
import glance.image.Visibility;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Images with few different values, so that sort keys tie, nulls are common and filters hit; the same for one seed. */
final class RandomImages {
    private static final List<Attribute> TEXTS = List.of(
            Attribute.NAME,
            Attribute.ID,
            Attribute.STATUS,
            Attribute.OWNER,
            Attribute.DISK_FORMAT,
            Attribute.CONTAINER_FORMAT,
            Attribute.CHECKSUM);

    private final Registry registry;
    private final SettableClock clock;
    private final Random random;

    RandomImages(Registry registry, SettableClock clock, long seed) {
        this.registry = registry;
        this.clock = clock;
        this.random = new Random(seed);
    }

    /** Records images with members, some of which are deleted; as they are stored afterwards. */
    List<Image> create(int count) {
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (random.nextInt(3) > 0) {
                clock.advance(Duration.ofNanos(1000L * random.nextInt(1, 3)));
            }
            images.add(createOne());
        }
        return images;
    }

    private Image createOne() {
        ImageId id = new ImageId(new UUID(random.nextLong(), random.nextLong()).toString());
        SequencedSet<String> tags = new LinkedHashSet<>();
        SequencedMap<String, @Nullable String> properties = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            tags.add(pick("red", "green", "blue"));
            properties.put(pick("p", "q"), pick("1", "2", "Ü"));
        }
        Image image = new Image(
                id,
                maybe(() -> pick("", "a", "b", "A", "ä", "name, with comma")),
                ImageStatus.QUEUED,
                pick(Visibility.values()),
                random.nextBoolean(),
                random.nextInt(5) == 0,
                maybe(() -> pick("project-0", "project-1", "project-2")),
                maybe(() -> pick("raw", "qcow2")),
                maybe(() -> pick("bare", "ovf")),
                random.nextInt(3),
                random.nextInt(3),
                null,
                null,
                null,
                null,
                null,
                clock.instant(),
                clock.instant(),
                tags,
                properties,
                List.of());
        registry.images().create(image);
        return finish(id);
    }

    /** Gives it a status, sizes and members. */
    private Image finish(ImageId id) {
        ImageStatus status = pick(
                ImageStatus.QUEUED, ImageStatus.SAVING, ImageStatus.ACTIVE, ImageStatus.ACTIVE, ImageStatus.KILLED);
        if (status == ImageStatus.KILLED) {
            registry.images().update(id, ImageChange.status(ImageStatus.SAVING), Guard.always());
        }
        if (status != ImageStatus.QUEUED) {
            ImageChange.Builder change = ImageChange.builder().set(Attribute.STATUS, status);
            if (random.nextBoolean()) {
                change.set(Attribute.SIZE, (long) random.nextInt(3))
                        .set(Attribute.CHECKSUM, pick("c1", "c2"))
                        .addLocation(Samples.location(id));
            }
            registry.images().update(id, change.build(), Guard.always());
        }
        for (String project : List.of("project-0", "project-1")) {
            if (random.nextInt(3) == 0) {
                registry.members().add(id, project, -1);
                registry.members().setStatus(id, project, pick(MemberStatus.values()));
            }
        }
        if (random.nextInt(6) == 0) {
            clock.advance(Duration.ofNanos(1000));
            registry.images().delete(id, Guard.always(), (image, location) -> null);
        }
        return registry.images().getEver(id, Scope.EVERYTHING);
    }

    /** None, one or two filters, mostly such that hit. */
    List<Filter> filters(Random choice, List<Image> images) {
        List<Filter> filters = new ArrayList<>();
        for (int i = choice.nextInt(3); i > 0; i--) {
            filters.add(filter(choice, images.get(choice.nextInt(images.size()))));
        }
        return filters;
    }

    private static Filter filter(Random choice, Image like) {
        Operator operator = any(choice, Operator.values());
        return switch (choice.nextInt(8)) {
            case 0, 1 -> oneOf(choice, like);
            case 2 ->
                new Filter.Quantity(
                        List.of(Attribute.SIZE, Attribute.MIN_RAM, Attribute.MIN_DISK)
                                .get(choice.nextInt(3)),
                        operator,
                        choice.nextInt(3));
            case 3 ->
                new Filter.Time(
                        choice.nextBoolean() ? Attribute.CREATED_AT : Attribute.UPDATED_AT, operator, like.updatedAt());
            case 4 -> new Filter.Flag(Attribute.PROTECTED, choice.nextBoolean());
            case 5 -> new Filter.Property(choice.nextBoolean() ? "p" : "q", choice.nextBoolean() ? "1" : "Ü");
            case 6 -> new Filter.Tag(List.of("red", "green", "none").get(choice.nextInt(3)));
            default -> choice.nextInt(4) == 0 ? new Filter.Nothing() : oneOf(choice, like);
        };
    }

    private static Filter oneOf(Random choice, Image like) {
        Attribute attribute = TEXTS.get(choice.nextInt(TEXTS.size()));
        List<String> values = new ArrayList<>(List.of("none"));
        Object value = like.value(attribute);
        if (value instanceof ImageStatus status) {
            values.add(status.wire());
        } else if (value != null) {
            values.add(value.toString());
        }
        return new Filter.OneOf(attribute, choice.nextInt(10) == 0 ? List.of() : values);
    }

    VisibilityFilter visibility(Random choice) {
        return switch (choice.nextInt(4)) {
            case 0 -> new VisibilityFilter.Default();
            case 1 -> new VisibilityFilter.All();
            case 2 -> new VisibilityFilter.NotPublic();
            default -> new VisibilityFilter.Only(any(choice, Visibility.values()));
        };
    }

    Population population(Random choice) {
        return any(choice, Population.values());
    }

    @Nullable
    MemberStatus memberStatus(Random choice) {
        return choice.nextInt(4) == 0 ? null : any(choice, MemberStatus.values());
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextInt(4) == 0 ? null : value.get();
    }

    @SafeVarargs
    private <T> T pick(T... values) {
        return values[random.nextInt(values.length)];
    }

    private static <T> T any(Random choice, T[] values) {
        return values[choice.nextInt(values.length)];
    }
}
