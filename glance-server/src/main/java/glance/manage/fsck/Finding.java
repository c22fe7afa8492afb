package glance.manage.fsck;

import java.util.Locale;

/**
 * One thing that is not as it should be.
 *
 * @param image its id; for data nobody records, the name the store gives it
 * @param store id of the store, or {@code staging}; empty when it is about the record alone
 * @param place URL without credentials, or path; empty when it is about the record alone
 * @param detail what is wrong, for people
 * @param outcome what became of it
 */
public record Finding(Kind kind, String image, String store, String place, String detail, Outcome outcome) {
    /** What is wrong. */
    public enum Kind {
        /** The image is active, and a location of it has no data, or it has no location. */
        MISSING_DATA(false),
        /** The data is longer or shorter than recorded. */
        SIZE_MISMATCH(false),
        /** The data has another checksum or multihash than recorded; found by {@code --deep} alone. */
        DIGEST_MISMATCH(false),
        /** The store of a location is not configured, or did not answer. */
        UNREADABLE(false),
        /** Data in a store that no image records. */
        ORPHAN(true),
        /** Data in a staging directory that no import will take. */
        STAGING_LEFTOVER(true),
        /** The image has been on its way to another status for too long, and nobody works on it. */
        STUCK(true);

        private final boolean mendable;

        Kind(boolean mendable) {
            this.mendable = mendable;
        }

        /** Whether {@code --repair} does something about it. */
        public boolean isMendable() {
            return mendable;
        }

        /** As it is printed. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What became of a finding. */
    public enum Outcome {
        /** Nothing was done about it. */
        FOUND,
        /** It was mended. */
        REPAIRED,
        /** It was to be mended, and was no longer there, or somebody works on it. */
        GONE,
        /** Mending it failed; the log says why. */
        FAILED;

        /** As it is printed. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding of(Kind kind, String image, String detail) {
        return new Finding(kind, image, "", "", detail, Outcome.FOUND);
    }

    Finding at(String otherStore, String otherPlace) {
        return new Finding(kind, image, otherStore, otherPlace, detail, outcome);
    }

    Finding with(Outcome other) {
        return new Finding(kind, image, store, place, detail, other);
    }

    /** One line for people. */
    public String line() {
        String where = place.isEmpty() ? "" : " store=" + store + " place=" + place;
        return kind.word() + " image=" + image + where + ": " + detail
                + (outcome == Outcome.FOUND ? "" : " [" + outcome.word() + "]");
    }
}
