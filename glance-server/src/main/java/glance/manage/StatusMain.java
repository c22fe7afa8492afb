package glance.manage;

import glance.config.CommandLine;
import glance.config.Configuration;
import glance.config.ConfigurationFiles;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.policy.PolicyConfig;
import glance.server.OptionCatalogue;
import glance.store.StoresConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The {@code glance-status} command: what in the configuration does not outlive an upgrade. Exit codes: 0 nothing, 1 warnings, 2
 * failures, 255 when it could not look.
 */
public final class StatusMain {
    private static final String PROGRAM = "glance-status";
    private static final String TITLE = "Upgrade Check Results";
    private static final String USAGE =
            "usage: " + PROGRAM + " [--config-file FILE] [--config-dir DIR] upgrade check [--json]";
    private static final int UNKNOWN = 255;

    private static final Option<Boolean> OWNER_IS_TENANT = Option.flag("owner_is_tenant")
            .orElse(true)
            .help("Whether images belong to projects; nothing else any more.");
    private static final List<OptionGroup> OPTIONS = Stream.concat(
                    OptionCatalogue.GROUPS.stream(),
                    Stream.of(new OptionGroup("DEFAULT", "Of releases before.", List.of(OWNER_IS_TENANT))))
            .toList();

    private StatusMain() {}

    private enum Result {
        SUCCESS(0, "Success"),
        WARNING(1, "Warning"),
        FAILURE(2, "Failure");

        private final int code;
        private final String word;

        Result(int code, String word) {
            this.code = code;
            this.word = word;
        }
    }

    private record Check(
            String name, Result result, @Nullable String details) {
        static Check of(String name, @Nullable String failure) {
            return new Check(name, failure == null ? Result.SUCCESS : Result.FAILURE, failure);
        }

        List<String> lines() {
            return List.of(
                    "Check: " + name, "Result: " + result.word, "Details: " + (details == null ? "None" : details));
        }
    }

    public static void main(String... words) {
        int status = run(List.of(words), Answer.ofProcess());
        Answer.ofProcess().exit(status);
    }

    /** Runs one command line; the status to exit with. */
    static int run(List<String> words, Answer answer) {
        if (words.contains("--help") || words.contains("-h")) {
            answer.say(USAGE);
            return 0;
        }
        List<String> rest = new ArrayList<>(words);
        boolean json = rest.remove("--json");
        int at = rest.size() - 2;
        if (at < 0 || !rest.subList(at, rest.size()).equals(List.of("upgrade", "check"))) {
            answer.err().println(USAGE);
            return ManageMain.MISUNDERSTOOD;
        }
        try {
            Configuration configuration = CommandLine.apply(
                            rest.subList(0, at), ConfigurationFiles.ofProcess("glance-api"), OPTIONS)
                    .load(OPTIONS)
                    .configuration();
            List<Check> checks = checks(configuration);
            answer.say(json ? json(checks) : table(checks));
            return checks.stream().mapToInt(check -> check.result().code).max().orElse(0);
        } catch (IOException | RuntimeException unreadable) {
            answer.err().println(PROGRAM + ": " + unreadable.getMessage());
            return UNKNOWN;
        }
    }

    private static List<Check> checks(Configuration configuration) throws IOException {
        return List.of(
                Check.of(
                        "Sheepdog Driver Removal",
                        StoresConfig.count(configuration, Set.of("sheepdog")) > 0
                                ? "A store of type sheepdog is configured. There is no such driver any more: move its images to"
                                        + " another store first."
                                : null),
                Check.of("Policy File JSON to YAML Migration", policy(configuration)),
                Check.of(
                        "Config option owner_is_tenant removal",
                        configuration.section("DEFAULT").get(OWNER_IS_TENANT)
                                ? null
                                : "owner_is_tenant is false. Images belong to projects, whatever it says: those of users are"
                                        + " not theirs any more."));
    }

    private static @Nullable String policy(Configuration configuration) throws IOException {
        String name = PolicyConfig.from(configuration.section("oslo_policy")).file();
        Optional<Path> file = configuration.findFile(name);
        if (file.isEmpty() && name.equals("policy.yaml")) {
            file = configuration.findFile("policy.json");
        }
        if (file.isEmpty() || !isJson(file.get())) {
            return null;
        }
        return file.get()
                + " is JSON, which is read and will not always be. Write it as YAML (oslopolicy-convert-json-to-yaml"
                + " does), and name that file by policy_file.";
    }

    /** A file of YAML rules may not begin with a brace; one of JSON does. */
    private static boolean isJson(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8).stripLeading().startsWith("{");
    }

    private static String json(List<Check> checks) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", TITLE);
        document.put(
                "checks",
                checks.stream()
                        .map(check -> {
                            Map<String, @Nullable Object> one = new LinkedHashMap<>();
                            one.put("check", check.name());
                            one.put("result", check.result().code);
                            one.put("details", check.details());
                            return one;
                        })
                        .toList());
        return new JsonMapper().writeValueAsString(document);
    }

    private static String table(List<Check> checks) {
        int width = Stream.concat(Stream.of(TITLE), checks.stream().flatMap(check -> check.lines().stream()))
                .mapToInt(String::length)
                .max()
                .orElse(0);
        String rule = "+" + "-".repeat(width + 2) + "+";
        return Stream.concat(Stream.of(List.of(TITLE)), checks.stream().map(Check::lines))
                .map(lines -> lines.stream()
                        .map(line -> "| " + line + " ".repeat(width - line.length()) + " |\n")
                        .collect(Collectors.joining()))
                .collect(Collectors.joining(rule + "\n", rule + "\n", rule));
    }
}
