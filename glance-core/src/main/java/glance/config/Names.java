package glance.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The places, first choice first, in which an option may stand. */
final class Names {
    /** One place. */
    record Place(String section, String key) {
        /** Sections compare without case, except that {@code DEFAULT} is only itself. */
        Place folded() {
            return new Place(fold(section), key);
        }

        @Override
        public String toString() {
            return "option " + key + " in [" + section + "]";
        }
    }

    private Names() {}

    static String fold(String section) {
        return section.equals("DEFAULT") ? section : section.toLowerCase(Locale.ROOT);
    }

    /** Present name, then former ones. */
    static List<Place> all(String section, Option<?> option) {
        return places(section, option, true);
    }

    /** Present name, then former ones of the same section. */
    static List<Place> withinSection(String section, Option<?> option) {
        return places(section, option, false);
    }

    private static List<Place> places(String section, Option<?> option, boolean elsewhere) {
        if (option.formerNames().isEmpty()) {
            return List.of(new Place(section, option.name()));
        }
        List<Place> places = new ArrayList<>();
        places.add(new Place(section, option.name()));
        for (Option.FormerName former : option.formerNames()) {
            String group = former.group().isEmpty() ? section : former.group();
            if (elsewhere || group.equals(section)) {
                places.add(new Place(group, former.name()));
            }
        }
        return places;
    }
}
