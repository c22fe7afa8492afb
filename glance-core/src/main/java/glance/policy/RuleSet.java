package glance.policy;

import glance.config.ConfigException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All rules in force, compiled: the built-in ones and what the operator's files put in their place. Immutable. */
final class RuleSet {
    private static final Logger LOG = LoggerFactory.getLogger(RuleSet.class);

    private final Map<String, Check> checks;
    private final Map<Action, Check> byAction = new EnumMap<>(Action.class);

    private RuleSet(Map<String, Check> checks) {
        this.checks = Map.copyOf(checks);
        for (Action action : Action.values()) {
            Check check = checks.get(action.rule());
            if (check == null) {
                throw new IllegalStateException("action " + action + " has no rule");
            }
            byAction.put(action, check);
        }
    }

    /**
     * @param overrides the files' rules
     * @throws ConfigException naming file and rule, when a rule refers to an unknown one, leads back to itself, or is no
     *     rule at all, unless the configuration allows it
     */
    static RuleSet compile(PolicyConfig config, Map<String, RuleFiles.Written> overrides, RemoteCheck remote) {
        return new RuleSet(new Compiler(config, overrides, remote).compileAll());
    }

    Check of(Action action) {
        Check check = byAction.get(action);
        return check == null ? Check.DENY : check;
    }

    /** The rule of that name, or null. */
    @Nullable
    Check named(String name) {
        return checks.get(name);
    }

    /** Turns texts into trees, each rule once, the referred ones first. */
    private static final class Compiler {
        private final PolicyConfig config;
        private final Map<String, RuleFiles.Written> overrides;
        private final RemoteCheck remote;
        private final Map<String, Check> done = new HashMap<>();
        private final List<String> underWay = new ArrayList<>();

        Compiler(PolicyConfig config, Map<String, RuleFiles.Written> overrides, RemoteCheck remote) {
            this.config = config;
            this.overrides = overrides;
            this.remote = remote;
        }

        Map<String, Check> compileAll() {
            var names = new TreeSet<>(DefaultRules.byName().keySet());
            names.addAll(overrides.keySet());
            names.forEach(this::compile);
            return done;
        }

        private Check compile(String name) {
            Check known = done.get(name);
            if (known != null) {
                return known;
            }
            int start = underWay.indexOf(name);
            if (start >= 0) {
                List<String> cycle = underWay.subList(start, underWay.size());
                // Built-in rules have no cycles, so one of these is from a file.
                String culprit = cycle.stream()
                        .filter(overrides::containsKey)
                        .findFirst()
                        .orElse(name);
                refuse(culprit, "leads back to itself: " + String.join(" -> ", cycle) + " -> " + name);
                return Check.DENY;
            }
            underWay.addLast(name);
            Check check = body(name);
            underWay.removeLast();
            done.put(name, check);
            return check;
        }

        private Check body(String name) {
            RuleFiles.Written written = overrides.get(name);
            if (written != null) {
                return parse(name, written.value());
            }
            DefaultRules.DefaultRule rule = DefaultRules.byName().get(name);
            if (rule == null) {
                throw new IllegalStateException("rule " + name + " is neither built in nor in a file");
            }
            Check check = parse(name, rule.check());
            return config.enforceNewDefaults() || rule.formerCheck() == null
                    ? check
                    : new Check.AnyOf(List.of(check, parse(name, rule.formerCheck())));
        }

        private Check parse(String name, @Nullable Object value) {
            // A parser of its own: parsing one rule goes on to parse those it refers to.
            RuleParser parser = new RuleParser(reference -> refer(name, reference), remote);
            try {
                if (value == null) {
                    return Check.ALLOW;
                }
                if (value instanceof String text) {
                    return parser.parse(text);
                }
                if (value instanceof List<?> alternatives && isListOfTexts(alternatives)) {
                    return parser.parse(alternatives);
                }
                refuse(name, "is neither a text nor a list of texts but: " + value);
            } catch (RuleParser.Unreadable e) {
                LOG.error(
                        "policy rule unreadable, it denies everything rule={} file={} reason={}",
                        name,
                        fileOf(name),
                        e.getMessage());
            }
            return Check.DENY;
        }

        private static boolean isListOfTexts(List<?> alternatives) {
            return alternatives.stream()
                    .allMatch(each -> each instanceof String
                            || (each instanceof List<?> inner && inner.stream().allMatch(String.class::isInstance)));
        }

        private Check refer(String from, String name) {
            if (overrides.containsKey(name) || DefaultRules.byName().containsKey(name)) {
                return compile(name);
            }
            String standIn = config.defaultRule();
            boolean exists =
                    overrides.containsKey(standIn) || DefaultRules.byName().containsKey(standIn);
            refuse(
                    from,
                    "refers to the unknown rule '" + name + "'"
                            + (exists ? ", so that rule '" + standIn + "' would decide" : ""));
            return exists ? compile(standIn) : Check.DENY;
        }

        private void refuse(String rule, String what) {
            String message = "rule '" + rule + "' in policy file " + fileOf(rule) + " " + what;
            if (!config.allowUnknownRules()) {
                throw new ConfigException(
                        message + "; correct it, or set policy_unknown_rule = allow in [oslo_policy]");
            }
            LOG.warn("policy rule is doubtful problem={}", message);
        }

        private String fileOf(String rule) {
            RuleFiles.Written written = overrides.get(rule);
            return written == null ? "(built in)" : written.file().toString();
        }
    }
}
