package glance.image;

import java.util.List;
import java.util.Set;

/** The condition for a write, checked in the same transaction. Races between requests are decided here, nowhere else. */
public sealed interface Guard {
    /** The image exists and is not deleted; nothing more. */
    record Always() implements Guard {}

    /** Its status is one of these. */
    record StatusIs(Set<ImageStatus> allowed) implements Guard {
        public StatusIs {
            allowed = Set.copyOf(allowed);
        }
    }

    /** It has no live property of this name. */
    record PropertyAbsent(String name) implements Guard {}

    /** It has a live property of this name and value. */
    record PropertyIs(String name, String value) implements Guard {}

    /** {@code protected} is false. */
    record NotProtected() implements Guard {}

    /** Its live locations are exactly these, rows and contents, in any order. */
    record LocationsAre(List<ImageLocation> locations) implements Guard {
        public LocationsAre {
            locations = List.copyOf(locations);
        }
    }

    /** All of these. */
    record All(List<Guard> guards) implements Guard {
        public All {
            guards = List.copyOf(guards);
        }
    }

    static Guard always() {
        return new Always();
    }

    static Guard statusIs(ImageStatus... allowed) {
        return new StatusIs(Set.of(allowed));
    }
}
