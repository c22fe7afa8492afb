package glance.registry.migration;

import glance.config.ConfigException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a database found at start is, judged by upstream's revision ids. */
enum SchemaState {
    /** No table of ours or upstream's. */
    EMPTY,
    /** Wallaby to 2023.2, or on its way to 2024.1: only the cache tables may be missing. */
    LACKS_CACHE_TABLES,
    /** The newest head. */
    CURRENT;

    /** The newest contract head: 2024.1 and every release since. */
    static final String HEAD = "2024_1_contract01";

    private static final List<String> COMMON = List.of("liberty", "mitaka01", "mitaka02");

    /** Steps of both branches, oldest first; a revision is a step's name and branch. */
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

    private static List<String> branch(String name) {
        return STEPS.stream()
                .map(step -> step.substring(0, step.length() - 2) + name + step.substring(step.length() - 2))
                .toList();
    }

    /**
     * @param tables lower-case names
     * @param revisions rows of {@code alembic_version}
     * @throws ConfigException when the database is none of these states
     */
    static SchemaState of(Set<String> tables, Set<String> revisions) {
        if (!tables.contains("alembic_version")) {
            return withoutRevision(tables);
        }
        Set<String> found = new TreeSet<>(revisions);
        if (found.isEmpty()) {
            throw refused("its table alembic_version is empty");
        }
        for (String revision : found) {
            if (Stream.of(COMMON, EXPANDS, CONTRACTS).noneMatch(known -> known.contains(revision))) {
                throw refused("its schema revision '" + revision + "' is unknown; the newest known one is " + HEAD);
            }
        }
        if (found.equals(Set.of(HEAD))) {
            return CURRENT;
        }
        if (isWallabyOrLater(found)) {
            return LACKS_CACHE_TABLES;
        }
        throw refused("its schema revision " + found + " is older than " + HEAD
                + "; upgrade it first with glance-manage db sync of an upstream release from 2024.1 on");
    }

    private static SchemaState withoutRevision(Set<String> tables) {
        if (tables.contains("migrate_version")) {
            throw refused("it was made by a release before Ocata (table migrate_version);"
                    + " upgrade it first with glance-manage db sync of a supported upstream release");
        }
        if (tables.contains("images") || tables.contains("image_properties")) {
            throw refused("it has a table 'images' but no table alembic_version to say which schema that is");
        }
        return EMPTY;
    }

    /** A contract revision from Wallaby on, alone or beside an expand revision that is no older: all steps since are empty. */
    private static boolean isWallabyOrLater(Set<String> found) {
        int contract = found.stream().mapToInt(CONTRACTS::indexOf).max().orElse(-1);
        int expand = found.stream().mapToInt(EXPANDS::indexOf).max().orElse(-1);
        return contract >= WALLABY && (found.size() == 1 || (found.size() == 2 && expand >= contract));
    }

    private static ConfigException refused(String why) {
        return new ConfigException("the database named by option connection in [database] cannot be used: " + why
                + "; nothing was changed");
    }
}
