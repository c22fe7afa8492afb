package glance.manage;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The actions of {@code glance-manage db}.
 *
 * <p>Flags stand in the order in which positional words stand for them: {@code db purge 60 200} and {@code db_load_metadefs
 * PATH merge}.
 */
enum Action {
    VERSION("prints the schema's revision", true),
    CHECK("says whether the schema is up to date: 0, or 3, 4, 5 for expand, migrate, contract", true),
    SYNC("brings the schema to the newest head", true, "--version V"),
    UPGRADE("the same, or to the head V", true, "--version V"),
    VERSION_CONTROL("records revision V and changes nothing else", true, "--version V"),
    EXPAND("adds what the newest head has and this schema lacks", true),
    MIGRATE("migrates rows older releases wrote", true),
    CONTRACT("removes what only older releases use", true),
    PURGE("removes rows deleted long ago, but those of images", false, "--age_in_days N", "--max_rows N"),
    PURGE_IMAGES_TABLE("removes rows of images deleted long ago", false, "--age_in_days N", "--max_rows N"),
    LOAD_METADEFS(
            "loads metadata definitions from JSON files", true, "--path P", "--merge", "--prefer_new", "--overwrite"),
    UNLOAD_METADEFS("removes all metadata definitions", true),
    EXPORT_METADEFS("writes metadata definitions to JSON files", true, "--path P"),
    INDEXES("lists, adds or removes our own indexes: list, add, remove", false);

    private final String help;
    private final boolean hasAlias;
    private final String flags;

    Action(String help, boolean hasAlias, String... flags) {
        this.help = help;
        this.hasAlias = hasAlias;
        this.flags = String.join(",", flags);
    }

    /** As typed after {@code db}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String help() {
        return help;
    }

    /** Each with a placeholder of its value when it takes one. */
    List<String> flags() {
        return flags.isEmpty() ? List.of() : List.of(flags.split(",", -1));
    }

    static Optional<Action> find(String word) {
        return Arrays.stream(values())
                .filter(action -> action.word().equals(word))
                .findFirst();
    }

    /** The action of a former spelling like {@code db_sync}. */
    static Optional<Action> ofAlias(String word) {
        return word.startsWith("db_") ? find(word.substring(3)).filter(action -> action.hasAlias) : Optional.empty();
    }
}
