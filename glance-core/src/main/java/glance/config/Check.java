package glance.config;

import glance.config.Names.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Holds a configuration against the declared options. */
final class Check {
    private static final Option<Map<String, String>> ENABLED_BACKENDS = Option.pairs("enabled_backends");
    private static final Option<String> AUTH_SECTION = Option.text("auth_section");

    private final MergedConfiguration configuration;
    private final Catalogue catalogue;
    private final RetiredOptions retired = new RetiredOptions();
    /** The sections whose names operators choose, with the declared section whose options they have. */
    private final Map<String, String> models = new LinkedHashMap<>();

    Check(MergedConfiguration configuration, Catalogue catalogue) {
        this.configuration = configuration;
        this.catalogue = catalogue;
        findModels();
    }

    private void findModels() {
        configuration.sectionNames().stream()
                .filter(name -> name.startsWith("cors."))
                .forEach(name -> models.put(name, "cors"));
        usable("DEFAULT", ENABLED_BACKENDS)
                .orElse(Map.of())
                .keySet()
                .forEach(store -> models.put(store, "glance_store"));
        for (String name : List.of("backend_defaults", "os_glance_staging_store", "os_glance_tasks_store")) {
            models.put(name, "glance_store");
        }
        usable("keystone_authtoken", AUTH_SECTION).ifPresent(name -> models.put(name, "keystone_authtoken"));
    }

    /** The value, or nothing where it cannot be used: the check of the declared option reports that. */
    private <T> Optional<T> usable(String section, Option<T> option) {
        try {
            return configuration.section(section).find(option);
        } catch (ConfigException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads every declared option once.
     *
     * @throws ConfigException with one line for each value that cannot be used
     */
    void requireUsable() {
        List<String> problems = new ArrayList<>();
        forEachOption((section, option) -> {
            try {
                configuration.section(section).find(option);
            } catch (ConfigException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join("\n", new LinkedHashSet<>(problems)));
        }
    }

    /** Visits every declared option in every section it can stand in. */
    void forEachOption(BiConsumer<String, Option<?>> visitor) {
        Map<String, String> sections = new LinkedHashMap<>();
        catalogue.sections().forEach(name -> sections.put(name, name));
        models.forEach(sections::putIfAbsent);
        sections.forEach(
                (section, model) -> catalogue.options(model).forEach(option -> visitor.accept(section, option)));
    }

    /** What the operator should know; each section and option once. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        Set<String> unknownSections = new HashSet<>();
        Set<Place> seen = new HashSet<>();
        for (IniFile file : configuration.layers().files()) {
            for (IniFile.Block block : file.sections()) {
                if (!isKnown(block.name())) {
                    if (unknownSections.add(block.name())) {
                        findings.add(unknownSection(file, block));
                    }
                    continue;
                }
                for (IniFile.Entry entry : block.entries()) {
                    Place place = new Place(block.name(), entry.key());
                    if (seen.add(place)) {
                        finding(place, new Origin(file.name(), entry.line())).ifPresent(findings::add);
                    }
                }
            }
        }
        return findings;
    }

    private static Finding unknownSection(IniFile file, IniFile.Block block) {
        String hint = block.name().equals("default") ? "; the name DEFAULT is written in upper case" : "";
        return new Finding(
                Finding.Kind.UNKNOWN,
                new Origin(file.name(), block.line()) + ": unknown section [" + block.name() + "] is ignored" + hint);
    }

    private boolean isKnown(String section) {
        return model(section).isPresent() || retired.hasSection(section) || catalogue.formerlyHadSection(section);
    }

    private Optional<String> model(String section) {
        String model = models.get(section);
        return catalogue.findSection(model == null ? section : model);
    }

    private Optional<Finding> finding(Place place, Origin origin) {
        Optional<String> model = model(place.section());
        if (model.flatMap(name -> catalogue.find(name, place.key())).isPresent()) {
            return Optional.empty();
        }
        Optional<Place> present = catalogue
                .findPresent(place)
                .or(() -> model.flatMap(name -> catalogue.findPresent(new Place(name, place.key())))
                        .map(found -> new Place(place.section(), found.key())));
        if (present.isPresent()) {
            return finding(
                    Finding.Kind.DEPRECATED, origin, place + " is deprecated; it is now " + present.orElseThrow());
        }
        String table = models.getOrDefault(place.section(), place.section());
        Optional<String> fate = retired.find(table, place.key(), model.isEmpty());
        if (fate.isPresent()) {
            return finding(Finding.Kind.WITHOUT_EFFECT, origin, place + " has no effect: " + fate.orElseThrow());
        }
        return finding(Finding.Kind.UNKNOWN, origin, "unknown " + place + " is ignored");
    }

    private static Optional<Finding> finding(Finding.Kind kind, Origin origin, String message) {
        return Optional.of(new Finding(kind, origin + ": " + message));
    }
}
