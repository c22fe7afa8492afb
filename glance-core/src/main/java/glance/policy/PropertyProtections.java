package glance.policy;

import glance.auth.Caller;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.image.Image;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may create, read, change and remove which custom property, from {@code property_protection_file}. The first section whose
 * expression is found in a property's name decides; a name that none matches is closed to everybody, administrators included.
 * Names that start with {@code os_glance} are the service's own and never protected. Read once. Thread-safe.
 */
public final class PropertyProtections {
    private static final Option<String> FILE = Option.text("property_protection_file")
            .help("File that says who may do what with custom properties; searched in the configuration directories."
                    + " Unset: no property is protected.");
    private static final Option<String> FORMAT = Option.text("property_protection_rule_format")
            .oneOf("roles", "policies")
            .orElse("roles")
            .help("Whether that file names roles or rules of the policy file.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS =
            new OptionGroup("DEFAULT", "Protection of custom properties.", List.of(FILE, FORMAT));

    /** Nothing is protected. */
    public static final PropertyProtections OFF = new PropertyProtections(null);

    private static final Logger LOG = LoggerFactory.getLogger(PropertyProtections.class);
    private static final String OWN_PREFIX = "os_glance";
    /** Names whose section is remembered; property names are the clients' choice. */
    private static final int REMEMBERED = 10_000;

    private enum Operation {
        CREATE,
        READ,
        UPDATE,
        DELETE
    }

    /** Who may. */
    private sealed interface Permission {
        boolean covers(Caller caller);
    }

    private record Everybody(boolean answer) implements Permission {
        @Override
        public boolean covers(Caller caller) {
            return answer;
        }
    }

    private record Roles(Set<String> lowerCaseNames) implements Permission {
        @Override
        public boolean covers(Caller caller) {
            return lowerCaseNames.stream()
                    .anyMatch(role -> caller.roles().contains(role)
                            || caller.service().roles().contains(role));
        }
    }

    private record Rule(String name, RulePolicy policy) implements Permission {
        @Override
        public boolean covers(Caller caller) {
            return policy.allows(name, caller, Target.NONE);
        }
    }

    private record Protection(Pattern names, Map<Operation, Permission> permissions) {}

    private static final Protection CLOSED = new Protection(Pattern.compile(""), Map.of());

    private final @Nullable List<Protection> protections;
    private final Map<String, Protection> byName = new ConcurrentHashMap<>();

    private PropertyProtections(@Nullable List<Protection> protections) {
        this.protections = protections == null ? null : List.copyOf(protections);
    }

    /**
     * What the configuration asks for, or {@link #OFF}.
     *
     * @throws ConfigException when the file is missing or says something that cannot be meant
     */
    public static PropertyProtections open(Configuration configuration, RulePolicy policy) {
        Section section = configuration.section(OPTIONS.section());
        String name = section.find(FILE).filter(text -> !text.isBlank()).orElse(null);
        if (name == null) {
            return OFF;
        }
        Path file = configuration
                .findFile(name)
                .orElseThrow(() -> new ConfigException("option property_protection_file in [DEFAULT]: '" + name
                        + "' is in none of the configuration directories"));
        boolean byRule = section.get(FORMAT).equals("policies");
        List<Protection> protections = new ArrayList<>();
        for (ProtectionFile.Entry entry : ProtectionFile.read(file)) {
            if (!entry.name().startsWith(OWN_PREFIX)) {
                protections.add(new Reader(file, entry, byRule, policy).protection());
            }
        }
        return new PropertyProtections(protections);
    }

    /** Whether the caller may give an image this property. */
    public boolean mayCreate(Caller caller, String property) {
        return may(caller, property, Operation.CREATE);
    }

    /** Whether the caller may know that an image has this property. */
    public boolean mayRead(Caller caller, String property) {
        return may(caller, property, Operation.READ);
    }

    /** Whether the caller may change this property; who cannot read it cannot change it either. */
    public boolean mayUpdate(Caller caller, String property) {
        return may(caller, property, Operation.READ) && may(caller, property, Operation.UPDATE);
    }

    /** Whether the caller may remove this property; who cannot read it cannot remove it either. */
    public boolean mayDelete(Caller caller, String property) {
        return may(caller, property, Operation.READ) && may(caller, property, Operation.DELETE);
    }

    /** The custom properties of an image that the caller may read, in the image's order. */
    public SequencedMap<String, @Nullable String> readable(Image image, Caller caller) {
        if (protections == null) {
            return image.properties();
        }
        SequencedMap<String, @Nullable String> readable = new LinkedHashMap<>();
        image.properties().forEach((name, value) -> {
            if (mayRead(caller, name)) {
                readable.put(name, value);
            }
        });
        return readable;
    }

    private boolean may(Caller caller, String property, Operation operation) {
        if (protections == null || property.startsWith(OWN_PREFIX)) {
            return true;
        }
        Permission permission = protection(property, protections).permissions().get(operation);
        return permission != null && permission.covers(caller);
    }

    private Protection protection(String property, List<Protection> all) {
        Protection known = byName.get(property);
        if (known != null) {
            return known;
        }
        Protection found = all.stream()
                .filter(each -> each.names().matcher(property).find())
                .findFirst()
                .orElse(CLOSED);
        if (byName.size() < REMEMBERED) {
            byName.put(property, found);
        }
        return found;
    }

    /** Makes a protection of one section. */
    private record Reader(Path file, ProtectionFile.Entry entry, boolean byRule, RulePolicy policy) {
        Protection protection() {
            Map<Operation, Permission> permissions = new EnumMap<>(Operation.class);
            for (Operation operation : Operation.values()) {
                permissions.put(operation, permission(operation.name().toLowerCase(Locale.ROOT)));
            }
            try {
                return new Protection(Pattern.compile(entry.name()), permissions);
            } catch (PatternSyntaxException e) {
                throw wrong("is no regular expression: " + e.getDescription());
            }
        }

        private Permission permission(String key) {
            String value = entry.values().get(key);
            if (value == null) {
                throw wrong("lacks the key " + key);
            }
            Set<String> words = Arrays.stream(value.split(",", -1))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .collect(Collectors.toSet());
            if (words.contains("@") && words.contains("!")) {
                throw wrong("has both @ and ! in its key " + key);
            }
            if (words.isEmpty()) {
                LOG.warn("property protection is empty and refuses everybody section={} key={}", entry.name(), key);
            }
            if (words.isEmpty() || words.contains("!")) {
                return new Everybody(false);
            }
            if (byRule) {
                return rule(key, value.strip());
            }
            return words.contains("@")
                    ? new Everybody(true)
                    : new Roles(words.stream()
                            .map(word -> word.toLowerCase(Locale.ROOT))
                            .collect(Collectors.toUnmodifiableSet()));
        }

        private Permission rule(String key, String name) {
            if (name.contains(",")) {
                throw wrong("names more than one rule in its key " + key);
            }
            if (name.equals("@")) {
                return new Everybody(true);
            }
            if (!policy.knows(name)) {
                if (!policy.allowsUnknownRules()) {
                    throw wrong("names in its key " + key + " the rule '" + name
                            + "', which neither the policy files nor the built-in rules have");
                }
                LOG.warn("property protection names an unknown rule section={} rule={}", entry.name(), name);
            }
            return new Rule(name, policy);
        }

        private ConfigException wrong(String what) {
            return new ConfigException("property protection file " + file + ": section [" + entry.name() + "] " + what);
        }
    }
}
