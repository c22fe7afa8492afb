package glance.server.filter;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /healthcheck} looks at. Options of the paste file's section win over {@code [healthcheck]}.
 *
 * @param disableByFile the service answers 503 while this file exists; empty means no such file
 * @param disableByFiles {@code port:path} entries, for one file on hosts with several services
 * @param enableByFiles the service answers 503 unless all of these exist
 * @param detailed more in the answer: a word about each part of the service
 * @param sourceRanges networks (CIDR) that get an answer; empty means all
 * @param ignoreProxied requests with forwarding headers get no answer
 */
public record HealthcheckConfig(
        String path,
        String disableByFile,
        List<String> disableByFiles,
        List<String> enableByFiles,
        boolean detailed,
        List<AddressRange> sourceRanges,
        boolean ignoreProxied) {
    private static final List<String> KNOWN_BACKENDS =
            List.of("disable_by_file", "disable_by_files_ports", "enable_by_files");

    static final Option<String> PATH =
            Option.text("path").orElse("/healthcheck").help("Path of the health answer.");
    static final Option<List<String>> BACKENDS = Option.list("backends")
            .orElse(List.of("disable_by_file"))
            .help("Checks to make: disable_by_file, disable_by_files_ports, enable_by_files.");
    static final Option<String> DISABLE_BY_FILE = Option.text("disable_by_file_path")
            .orElse("/etc/glance/healthcheck_disable")
            .help("While this file exists the answer is 503 DISABLED BY FILE.");
    static final Option<List<String>> DISABLE_BY_FILES = Option.list("disable_by_file_paths")
            .orElse(List.of())
            .help("PORT:PATH entries: while the path of this service's port exists the answer is 503.");
    static final Option<List<String>> ENABLE_BY_FILES = Option.list("enable_by_file_paths")
            .orElse(List.of())
            .help("PORT:PATH entries or paths: unless all exist the answer is 503 FILE PATH MISSING.");
    static final Option<Boolean> DETAILED = Option.flag("detailed")
            .orElse(false)
            .help("Adds the state of database and stores to JSON and HTML answers.");
    static final Option<List<String>> SOURCES = Option.list("allowed_source_ranges")
            .orElse(List.of())
            .help("Networks in CIDR form that get an answer; unset means everybody.");
    static final Option<Boolean> IGNORE_PROXIED = Option.flag("ignore_proxied_requests")
            .orElse(false)
            .help("Requests that carry forwarding headers get no answer.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "healthcheck",
            "The health answer for load balancers. The paste file's [app:healthcheck] wins over this section.",
            List.of(
                    PATH,
                    BACKENDS,
                    DISABLE_BY_FILE,
                    DISABLE_BY_FILES,
                    ENABLE_BY_FILES,
                    DETAILED,
                    SOURCES,
                    IGNORE_PROXIED));

    public HealthcheckConfig {
        disableByFiles = List.copyOf(disableByFiles);
        enableByFiles = List.copyOf(enableByFiles);
        sourceRanges = List.copyOf(sourceRanges);
    }

    /** @param paste literal options of the paste file's healthcheck section */
    public static HealthcheckConfig from(Section section, Map<String, String> paste) {
        List<String> backends = list(paste.get("backends"), section.get(BACKENDS));
        for (String backend : backends) {
            if (!KNOWN_BACKENDS.contains(backend)) {
                throw new ConfigException("option backends in [healthcheck]: '" + backend
                        + "' is not a check; accepted: " + String.join(", ", KNOWN_BACKENDS));
            }
        }
        if (backends.contains("disable_by_file") && backends.contains("enable_by_files")) {
            throw new ConfigException(
                    "option backends in [healthcheck]: disable_by_file and enable_by_files exclude each other");
        }
        return new HealthcheckConfig(
                paste.getOrDefault("path", section.get(PATH)),
                backends.contains("disable_by_file")
                        ? paste.getOrDefault("disable_by_file_path", section.get(DISABLE_BY_FILE))
                        : "",
                backends.contains("disable_by_files_ports")
                        ? list(paste.get("disable_by_file_paths"), section.get(DISABLE_BY_FILES))
                        : List.of(),
                backends.contains("enable_by_files")
                        ? list(paste.get("enable_by_file_paths"), section.get(ENABLE_BY_FILES))
                        : List.of(),
                paste.containsKey("detailed") ? Boolean.parseBoolean(paste.get("detailed")) : section.get(DETAILED),
                list(paste.get("allowed_source_ranges"), section.get(SOURCES)).stream()
                        .map(AddressRange::parse)
                        .toList(),
                paste.containsKey("ignore_proxied_requests")
                        ? Boolean.parseBoolean(paste.get("ignore_proxied_requests"))
                        : section.get(IGNORE_PROXIED));
    }

    private static List<String> list(@Nullable String text, List<String> otherwise) {
        return text == null
                ? otherwise
                : Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList();
    }
}
