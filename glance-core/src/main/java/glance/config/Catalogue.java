package glance.config;

import glance.config.Names.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The declared options by section and name. */
final class Catalogue {
    static final Catalogue EMPTY = new Catalogue(List.of());

    private final Map<String, Map<String, Option<?>>> sections = new LinkedHashMap<>();
    private final Map<Place, Place> former = new HashMap<>();

    Catalogue(List<OptionGroup> groups) {
        for (OptionGroup group : groups) {
            for (Option<?> option : group.options()) {
                declare(group.section(), option);
            }
        }
    }

    private void declare(String section, Option<?> option) {
        Map<String, Option<?>> options = sections.computeIfAbsent(section, absent -> new LinkedHashMap<>());
        if (options.put(option.name(), option) != null) {
            throw new IllegalStateException("option " + option + " in [" + section + "] is declared twice");
        }
        List<Place> places = Names.all(section, option);
        for (Place place : places.subList(1, places.size())) {
            former.putIfAbsent(place.folded(), places.getFirst());
        }
    }

    /** The declared options of a section, in order; none when the section is unknown. */
    List<Option<?>> options(String section) {
        return new ArrayList<>(sections.getOrDefault(section, Map.of()).values());
    }

    Optional<Option<?>> find(String section, String key) {
        return Optional.ofNullable(sections.getOrDefault(section, Map.of()).get(key));
    }

    /** Where the option that formerly stood at this place stands now. */
    Optional<Place> findPresent(Place place) {
        return Optional.ofNullable(former.get(place.folded()));
    }

    /** The declared section a name means: exactly, else without case. */
    Optional<String> findSection(String name) {
        if (sections.containsKey(name)) {
            return Optional.of(name);
        }
        return sections.keySet().stream()
                .filter(declared -> Names.fold(declared).equals(Names.fold(name)))
                .findFirst();
    }

    /** Whether some option once stood in the section. */
    boolean formerlyHadSection(String name) {
        return former.keySet().stream().anyMatch(place -> place.section().equals(Names.fold(name)));
    }

    /** The names of the declared sections. */
    List<String> sections() {
        return List.copyOf(sections.keySet());
    }
}
