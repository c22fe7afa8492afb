package glance.manage;

import glance.config.Configuration;
import glance.error.GlanceException;
import glance.fault.FailPoints;
import glance.manage.fsck.Finding;
import glance.manage.fsck.Fsck;
import glance.manage.fsck.FsckOptions;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.Maintenance;
import glance.registry.sql.SqlRegistry;
import glance.server.StoreDrivers;
import glance.store.StoreDriver;
import glance.store.Stores;
import glance.store.StoresConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** {@code glance-manage fsck}: its flags, and its findings as lines or as JSON, one object per line. */
final class FsckCommand {
    /** Status when something is left that is not as it should be. */
    static final int FOUND = 3;

    static final List<String> FLAGS =
            List.of("--repair", "--deep", "--rate MIB", "--min-age MINUTES", "--staging DIRECTORIES", "--json");

    private static final long MIB = 1024L * 1024;
    private static final long MOST_MIB = 100_000;
    private static final long MOST_MINUTES = 525_600;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Answer answer;
    private final boolean json;
    private final FsckOptions options;

    /**
     * @throws UsageException when a flag is not understood
     */
    FsckCommand(List<String> words, Answer answer) {
        Arguments arguments = Arguments.parse(words, FLAGS);
        if (!arguments.words().isEmpty()) {
            throw new UsageException("'" + arguments.words().getFirst() + "' is no flag of fsck");
        }
        this.answer = answer;
        this.json = arguments.has("--json");
        this.options = new FsckOptions(
                arguments.has("--repair"),
                arguments.has("--deep"),
                number(arguments, "--rate", 50, 1, MOST_MIB) * MIB,
                Duration.ofMinutes(number(arguments, "--min-age", 1440, 0, MOST_MINUTES)),
                arguments
                        .text("--staging")
                        .map(text -> List.of(text.split(",", -1)).stream()
                                .map(Path::of)
                                .toList())
                        .orElse(List.of()));
    }

    private static long number(Arguments arguments, String flag, long usual, long least, long most) {
        String text = arguments.text(flag).orElse(String.valueOf(usual));
        if (!text.matches("\\d{1,9}") || Long.parseLong(text) < least || Long.parseLong(text) > most) {
            throw new UsageException(flag + " '" + text + "' is not between " + least + " and " + most);
        }
        return Long.parseLong(text);
    }

    int run(Configuration configuration, DatabaseConfig config) throws SQLException {
        InstantSource clock = InstantSource.system();
        try (Maintenance database = Maintenance.open(config)) {
            if (database.migration().revisions().isEmpty()) {
                return answer.refuse("the database is not under migration control: run glance-manage db sync");
            }
            try (SqlRegistry registry = SqlRegistry.open(config, clock, FailPoints.INERT);
                    Stores stores = stores(configuration, clock)) {
                FsckOptions all = options.withStaging(StagingDirectories.of(configuration));
                Fsck fsck = new Fsck(registry, stores, all, clock, id -> awaitsScrub(database, id), this::tell);
                return sum(fsck.run());
            }
        }
    }

    private static Stores stores(Configuration configuration, InstantSource clock) {
        List<StoreDriver> drivers = StoreDrivers.all(configuration, "glance-manage", clock, FailPoints.INERT);
        return new StoresConfig(drivers, StoresConfig.Front.NONE).open(configuration);
    }

    private static boolean awaitsScrub(Maintenance database, String image) {
        try {
            return database.awaitsScrub(image);
        } catch (SQLException e) {
            throw new GlanceException.Unavailable("The metadata database failed", e);
        }
    }

    private void tell(Finding finding) {
        if (!json) {
            answer.say(finding.line());
            return;
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("finding", finding.kind().word());
        members.put("image", finding.image());
        members.put("store", finding.store());
        members.put("place", finding.place());
        members.put("detail", finding.detail());
        members.put("repairable", finding.kind().isMendable());
        members.put("outcome", finding.outcome().word());
        answer.say(JSON.writeValueAsString(members));
    }

    private int sum(Fsck.Summary summary) {
        if (json) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("images", summary.images());
            members.put("stored", summary.stored());
            members.put("findings", summary.findings());
            members.put("open", summary.open());
            members.put("repair", options.repair());
            answer.say(JSON.writeValueAsString(Map.of("summary", members)));
        } else {
            answer.say("images=" + summary.images() + " stored=" + summary.stored() + " findings=" + summary.findings()
                    + " open=" + summary.open());
            if (!options.repair() && summary.findings() > 0) {
                answer.say("Nothing was changed; --repair mends orphans, staging leftovers and stuck images.");
            }
        }
        return summary.open() == 0 ? 0 : FOUND;
    }
}
