package glance.registry.migration;

import glance.config.ConfigException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Upstream's revision ids: a common chain to Mitaka, then a branch that expands and one that contracts, each contraction
 * after the expansion of its release. A complete database has one row, the contract head; between expand and contract it
 * has two, or the expand head alone when it was built from nothing or from the common chain.
 */
final class Revisions {
    /** The newest contract head: 2024.1 and every release since. */
    static final String HEAD = "2024_1_contract01";

    static final String EXPAND_HEAD = "2024_1_expand01";

    private static final List<String> COMMON = List.of("liberty", "mitaka01", "mitaka02");

    /** Steps of both branches, oldest first; a revision is a step's name with its branch before the number. */
    private static final List<String> STEPS = List.of(
            "ocata_01",
            "pike_01",
            "queens_01",
            "rocky_01",
            "rocky_02",
            "train_01",
            "ussuri_01",
            "wallaby_01",
            "xena_01",
            "yoga_01",
            "zed_01",
            "2023_1_01",
            "2024_1_01");

    private static final List<String> EXPANDS = branch("expand");
    private static final List<String> CONTRACTS = branch("contract");
    private static final int WALLABY = STEPS.indexOf("wallaby_01");

    private Revisions() {}

    private static List<String> branch(String name) {
        return STEPS.stream()
                .map(step -> step.substring(0, step.length() - 2) + name + step.substring(step.length() - 2))
                .toList();
    }

    static boolean isKnown(String revision) {
        return Stream.of(COMMON, EXPANDS, CONTRACTS).anyMatch(known -> known.contains(revision));
    }

    /**
     * @throws ConfigException when one is unknown: a release newer than this one has been here, or another application
     */
    static void requireKnown(Set<String> found) {
        for (String revision : new TreeSet<>(found)) {
            if (!isKnown(revision)) {
                throw refused("its schema revision '" + revision + "' is unknown; the newest known one is " + HEAD);
            }
        }
    }

    static boolean isComplete(Set<String> found) {
        return found.contains(HEAD);
    }

    static boolean isExpanded(Set<String> found) {
        return found.contains(EXPAND_HEAD) || found.contains(HEAD);
    }

    /** The rows after expand: the expand head beside what was contracted before; the common chain ends in the head. */
    static Set<String> expanded(Set<String> found) {
        Set<String> rows = new TreeSet<>(found);
        rows.removeIf(revision -> !CONTRACTS.contains(revision));
        rows.add(EXPAND_HEAD);
        return rows;
    }

    /** Whether a database with these rows is at this revision or past it. */
    static boolean contains(Set<String> found, String revision) {
        int contracted = newest(CONTRACTS, found);
        int expanded = Math.max(newest(EXPANDS, found), contracted);
        if (COMMON.contains(revision)) {
            return expanded >= 0 || newest(COMMON, found) >= COMMON.indexOf(revision);
        }
        return EXPANDS.contains(revision)
                ? expanded >= EXPANDS.indexOf(revision)
                : contracted >= CONTRACTS.indexOf(revision);
    }

    /**
     * Whether images can be served as they are: a contract revision from Wallaby on, alone or beside an expand revision
     * that is no older. All steps since are empty or add tables that images do without.
     */
    static boolean isServable(Set<String> found) {
        int contract = newest(CONTRACTS, found);
        return contract >= WALLABY && (found.size() == 1 || (found.size() == 2 && newest(EXPANDS, found) >= contract));
    }

    private static int newest(List<String> branch, Set<String> found) {
        return found.stream().mapToInt(branch::indexOf).max().orElse(-1);
    }

    static ConfigException refused(String why) {
        return new ConfigException("the database named by option connection in [database] cannot be used: " + why
                + "; nothing was changed");
    }
}
