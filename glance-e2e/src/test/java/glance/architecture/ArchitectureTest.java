package glance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The allowed edges, as a table: crossing a new one means changing a reviewed line here. A package that has no line is
 * governed by its closest parent's; packages of one line may see each other.
 */
class ArchitectureTest {
    /** package | glance packages it may see | libraries it may use beside the JDK's base, JSpecify and the logging API. */
    private static final String EDGES = """
            error              |                                                 |
            fault              |                                                 |
            auth               | error                                           |
            config             | error                                           |
            image store policy quota format | auth config error fault            | yaml
            metadef            | auth error image policy                         |
            task               | error image                                     |
            registry           | auth config error fault image metadef policy quota store task | jdbc jdbi json
            store.file         | config error fault image store                  | yaml
            store.remote       | config error http.client store                  | httpclient
            store.swift        | auth config error http.client image store store.remote | json
            store.s3           | config error http.client image store store.remote | awssigner xml
            store.rbd          | config error image store store.remote           |
            store.front        | config image store                              |
            http               | config error fault store                        | netty
            http.client        | config error                                    | httpclient
            fetch              | config error http.client                        | httpclient
            store.http         | config error fetch http.client image store      |
            auth.keystone      | auth config error http.client policy quota      | json caffeine
            policy.http        | auth config error http.client policy            | json
            api                | auth config error http image metadef policy quota store | json
            api.registry       | api auth config error http image metadef registry store task | json
            server             | api api.registry auth auth.keystone config error fault fetch format http http.client image metadef policy policy.http quota registry store store.file store.front store.http store.rbd store.remote store.s3 store.swift | json metrics
            manage             | config error fault fetch image metadef policy registry server store store.file store.http | jdbc json
            client             |                                                 | json
            client.cli         | client                                          | json yaml
            """;

    /** What a library word of the table stands for. Listed nowhere means used nowhere. */
    private static final Map<String, List<String>> LIBRARIES = Map.ofEntries(
            Map.entry("netty", List.of("io.netty")),
            Map.entry("jdbc", List.of("java.sql", "javax.sql", "com.zaxxer.hikari", "org.sqlite")),
            Map.entry("jdbi", List.of("org.jdbi")),
            Map.entry("json", List.of("tools.jackson", "com.fasterxml.jackson.annotation")),
            Map.entry("yaml", List.of("org.snakeyaml.engine")),
            Map.entry("httpclient", List.of("org.apache.hc")),
            Map.entry("caffeine", List.of("com.github.benmanes.caffeine")),
            Map.entry("awssigner", List.of("software.amazon.awssdk")),
            Map.entry("xml", List.of("javax.xml.stream")),
            Map.entry("metrics", List.of("io.prometheus")));

    /** Usable everywhere. {@code java.sql} and the HTTP clients and servers of the JDK are not: they are libraries. */
    private static final List<String> EVERYWHERE = List.of(
            "java.", "javax.crypto.", "javax.net.", "javax.security.", "jdk.net.", "org.jspecify.", "org.slf4j.");

    private static final List<String> NOWHERE_BY_DEFAULT = List.of("java.sql", "java.net.http", "java.rmi", "java.awt");

    private static final Set<String> FORBIDDEN_NAMES =
            Set.of("util", "utils", "common", "helper", "helpers", "impl", "manager", "misc");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/glance-testkit") && !location.contains("/glance-e2e"))
            .importPackages("glance");

    private record Rule(Set<String> packages, Set<String> seen, Set<String> libraries) {}

    private static final Map<String, Rule> RULES = rules();

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        for (String line : EDGES.lines().toList()) {
            String[] cells = line.split("\\|", -1);
            Rule rule = new Rule(words(cells[0]), words(cells[1]), words(cells[2]));
            rule.packages().forEach(name -> rules.put(name, rule));
        }
        return rules;
    }

    private static Set<String> words(String cell) {
        return Arrays.stream(cell.trim().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The line that governs a package, by its own name or its closest parent's; empty when there is none. */
    private static String governing(String packageName) {
        String name = packageName.startsWith("glance.") ? packageName.substring("glance.".length()) : "";
        while (!name.isEmpty() && !RULES.containsKey(name)) {
            int dot = name.lastIndexOf('.');
            name = dot < 0 ? "" : name.substring(0, dot);
        }
        return name;
    }

    @Test
    void everyPackageHasALineInTheTable() {
        assertThat(CLASSES).as("classes found on the class path").hasSizeGreaterThan(100);
        Set<String> unknown = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> governing(name).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unknown).isEmpty();
    }

    @Test
    void packagesSeeOnlyWhatTheTableAllows() {
        Set<String> crossings = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            String from = governing(type.getPackageName());
            Rule rule = RULES.get(from);
            if (rule == null) {
                continue; // the test above says so
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target =
                        dependency.getTargetClass().getBaseComponentType().getPackageName();
                if (target.startsWith("glance.")) {
                    String to = governing(target);
                    if (!rule.packages().contains(to) && !rule.seen().contains(to)) {
                        crossings.add(from + " -> " + to + ": " + dependency.getDescription());
                    }
                } else if (!isLibraryAllowed(rule, target)) {
                    crossings.add(from + " uses " + target + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(crossings).isEmpty();
    }

    private static boolean isLibraryAllowed(Rule rule, String target) {
        if (target.isEmpty()) {
            return true; // a primitive
        }
        boolean named = rule.libraries().stream()
                .flatMap(word -> LIBRARIES.getOrDefault(word, List.of()).stream())
                .anyMatch(target::startsWith);
        return named
                || (EVERYWHERE.stream().anyMatch((target + ".")::startsWith)
                        && NOWHERE_BY_DEFAULT.stream().noneMatch(target::startsWith));
    }

    /** The table itself has no cycle, apart from packages that share a line. */
    @Test
    void theAllowedEdgesHaveNoCycle() {
        for (Rule start : Set.copyOf(RULES.values())) {
            Deque<Rule> todo = new ArrayDeque<>(followers(start));
            Set<Rule> reached = new java.util.HashSet<>();
            while (!todo.isEmpty()) {
                Rule next = todo.pop();
                assertThat(next).as("reachable from itself").isNotEqualTo(start);
                if (reached.add(next)) {
                    todo.addAll(followers(next));
                }
            }
        }
    }

    private static List<Rule> followers(Rule rule) {
        return rule.seen().stream()
                .map(name -> {
                    Rule seen = RULES.get(name);
                    assertThat(seen).as("the line of " + name).isNotNull();
                    return seen;
                })
                .toList();
    }

    /** What remote ones have in common is no driver. */
    @Test
    void driversDoNotSeeEachOther() {
        for (Map.Entry<String, Rule> entry : RULES.entrySet()) {
            if (entry.getKey().startsWith("store.")) {
                assertThat(entry.getValue().seen())
                        .filteredOn(seen -> !seen.equals("store.remote"))
                        .noneMatch(seen -> seen.startsWith("store.") || seen.equals("http") || seen.startsWith("api"));
            }
        }
    }

    @Test
    void nothingIsNamedAfterNothing() {
        Set<String> vague = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> Arrays.stream(name.split("\\.", -1)).anyMatch(FORBIDDEN_NAMES::contains))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(vague).isEmpty();
        Set<String> types = CLASSES.stream()
                .map(JavaClass::getSimpleName)
                .filter(name -> name.matches(".+(Impl|Manager|Helper|Utils?)"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(types).isEmpty();
    }
}
