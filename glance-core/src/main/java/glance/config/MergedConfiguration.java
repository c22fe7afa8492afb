package glance.config;

import glance.config.Layers.Given;
import glance.config.Names.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configuration made of {@link Layers} of texts. */
final class MergedConfiguration implements Configuration {
    private final Layers layers;
    private final Catalogue catalogue;
    private final List<Path> files;
    private final List<Path> searchDirectories;
    private final Substitution substitution;

    /**
     * @param catalogue declared options, whose defaults substitution may name
     * @param files as {@link #files()}
     * @param searchDirectories where {@link #findFile} looks, in order
     */
    MergedConfiguration(Layers layers, Catalogue catalogue, List<Path> files, List<Path> searchDirectories) {
        this.layers = layers;
        this.catalogue = catalogue;
        this.files = List.copyOf(files);
        this.searchDirectories = List.copyOf(searchDirectories);
        this.substitution = new Substitution(this::textOf);
    }

    static MergedConfiguration of(IniFile file) {
        return new MergedConfiguration(
                new Layers(List.of(file), List.of(), Map.of()), Catalogue.EMPTY, List.of(), List.of());
    }

    @Override
    public Section section(String name) {
        return new MergedSection(name, null);
    }

    @Override
    public Section section(String name, String fallback) {
        return new MergedSection(name, fallback);
    }

    @Override
    public List<String> sectionNames() {
        Set<String> names = new LinkedHashSet<>();
        for (IniFile file : layers.files()) {
            file.sections().forEach(block -> names.add(block.name()));
        }
        return List.copyOf(names);
    }

    @Override
    public List<Path> files() {
        return files;
    }

    @Override
    public List<Path> searchPath() {
        return searchDirectories;
    }

    @Override
    public Optional<Path> findFile(String name) {
        Path path = Path.of(name);
        if (path.isAbsolute()) {
            return Optional.of(path).filter(Files::exists);
        }
        return searchDirectories.stream()
                .map(directory -> directory.resolve(path))
                .filter(Files::exists)
                .findFirst();
    }

    @Override
    public MergedConfiguration with(String section, Map<String, String> values, String origin) {
        List<Given> overrides = values.entrySet().stream()
                .map(entry -> new Given(new Place(section, entry.getKey()), entry.getValue(), new Origin(origin, 0)))
                .toList();
        return new MergedConfiguration(layers.with(overrides), catalogue, files, searchDirectories);
    }

    Layers layers() {
        return layers;
    }

    /** What is given for an option of a section; empty when its default holds. */
    List<Given> given(String section, Option<?> option) {
        return layers.find(Names.all(section, option), option.isRepeated());
    }

    /** The text that {@code $key} stands for in {@code section}, not yet substituted; null when no such option is known. */
    private Substitution.@Nullable Text textOf(Place place) {
        Optional<Option<?>> declared = catalogue.find(place.section(), place.key());
        List<Place> places =
                declared.map(option -> Names.all(place.section(), option)).orElse(List.of(place));
        List<Given> given = layers.find(places, false);
        if (!given.isEmpty()) {
            return new Substitution.Text(given.getLast().text(), place.section());
        }
        return declared.map(option -> new Substitution.Text(defaultText(option), place.section()))
                .orElse(null);
    }

    private static <T> String defaultText(Option<T> option) {
        T value = option.defaultValue();
        return value == null ? "" : option.format(value);
    }

    private final class MergedSection implements Section {
        private final String name;
        private final @Nullable String fallback;

        MergedSection(String name, @Nullable String fallback) {
            this.name = name;
            this.fallback = fallback;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public <T> T get(Option<T> option) {
            return find(option)
                    .orElseThrow(() -> new IllegalStateException(
                            "option " + option + " in [" + name + "] is not given and has no default"));
        }

        @Override
        public <T> Optional<T> find(Option<T> option) {
            T value = read(option);
            if (value != null) {
                return Optional.of(value);
            }
            T byDefault = option.defaultValue();
            if (byDefault instanceof String text && text.indexOf('$') >= 0) {
                Given given = new Given(new Place(name, option.name()), text, new Origin("built-in default", 0));
                return Optional.ofNullable(parse(option, given));
            }
            return Optional.ofNullable(byDefault);
        }

        @Override
        public boolean isSet(Option<?> option) {
            return !given(option).isEmpty();
        }

        private List<Given> given(Option<?> option) {
            if (fallback == null) {
                return MergedConfiguration.this.given(name, option);
            }
            List<Given> own = layers.find(Names.withinSection(name, option), option.isRepeated());
            return own.isEmpty() ? MergedConfiguration.this.given(fallback, option) : own;
        }

        private <T> @Nullable T read(Option<T> option) {
            List<Given> given = given(option);
            if (given.isEmpty()) {
                return null;
            }
            if (!option.isRepeated()) {
                return parse(option, given.getLast());
            }
            List<String> texts = new ArrayList<>();
            for (Given one : given) {
                texts.add(substitution.apply(option, one));
            }
            return option.collect(texts);
        }

        private <T> @Nullable T parse(Option<T> option, Given given) {
            String text = substitution.apply(option, given);
            try {
                return option.parse(text);
            } catch (IllegalArgumentException e) {
                throw refused(option, given, text, e);
            }
        }

        private static ConfigException refused(Option<?> option, Given given, String text, Exception reason) {
            String value = option.isSecret() ? "***" : "'" + text + "'";
            // A parser's own words may quote the value.
            String accepted = option.isSecret() ? option.accepted() : String.valueOf(reason.getMessage());
            return new ConfigException(
                    given.origin() + ": " + given.place() + ": " + value + " is not accepted; accepted: " + accepted);
        }
    }
}
