package glance.policy;

import glance.auth.Caller;
import glance.config.ConfigException;
import glance.config.Configuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of the built-in table and of the operator's files. Files are looked at again at most once a second and read
 * when one changed; a change that cannot be read is logged and the last good rules stay. Evaluating a rule walks a tree
 * compiled beforehand.
 */
public final class RulePolicy implements Policy {
    private static final Logger LOG = LoggerFactory.getLogger(RulePolicy.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Decision ALLOWED = new Decision.Allowed();
    private static final Map<Action, Decision> DENIED = denials();
    private static final String ADMIN = "context_is_admin";

    private final PolicyConfig config;
    private final RuleFiles files;
    private final RemoteCheck remote;
    private final LongSupplier nanoTime;
    private final AtomicLong nextLook;
    private volatile RuleSet rules;
    /** What the files looked like when last read, well or not. Only the thread that won {@link #nextLook} writes it. */
    private volatile List<RuleFiles.Stamp> seen;

    private RulePolicy(
            PolicyConfig config, Function<String, Optional<Path>> finder, RemoteCheck remote, LongSupplier nanoTime) {
        this.config = config;
        this.files = new RuleFiles(config, finder);
        this.remote = remote;
        this.nanoTime = nanoTime;
        this.seen = files.stamps();
        this.rules = RuleSet.compile(config, files.read(seen), remote);
        this.nextLook = new AtomicLong(nanoTime.getAsLong() + LOOK_AGAIN.toNanos());
    }

    /**
     * Reads {@code [oslo_policy]} and the rule files beside the configuration.
     *
     * @param remote makes the calls of {@code http:} checks
     * @throws ConfigException when a rule file cannot be used, naming file and rule
     */
    public static RulePolicy open(Configuration configuration, RemoteCheck remote) {
        PolicyConfig config = PolicyConfig.from(configuration.section(PolicyConfig.OPTIONS.section()));
        RulePolicy policy = open(config, configuration::findFile, remote, System::nanoTime);
        if (!config.file().equals(PolicyConfig.USUAL_FILE)
                && policy.files.ruleFile().isEmpty()) {
            LOG.warn("policy file not found, built-in rules apply policy_file={}", config.file());
        }
        return policy;
    }

    static RulePolicy open(
            PolicyConfig config, Function<String, Optional<Path>> finder, RemoteCheck remote, LongSupplier nanoTime) {
        return new RulePolicy(config, finder, remote, nanoTime);
    }

    /** The built-in rules alone. */
    public static RulePolicy builtIn() {
        return open(PolicyConfig.DEFAULTS, name -> Optional.empty(), RemoteCheck.NONE, System::nanoTime);
    }

    @Override
    public Decision decide(Caller caller, Action action, Target target) {
        if (caller.systemScope() != null || caller.domainId() != null) {
            DefaultRules.DefaultRule rule = DefaultRules.byName().get(action.rule());
            if (rule != null && rule.projectScoped()) {
                return denied(action);
            }
        }
        if (!rules().of(action).allows(new Question(action.rule(), caller, target))) {
            return denied(action);
        }
        String objection = config.enforceNewDefaults() ? null : LegacyOwnership.objection(caller, action, target);
        return objection == null ? ALLOWED : new Decision.Denied(action.rule(), objection);
    }

    @Override
    public boolean isAdmin(Caller caller) {
        return allows(ADMIN, caller, Target.of(CallerKey.all(caller)));
    }

    /**
     * Evaluates a rule by name, whatever the caller's scope; an unknown one is decided by the default rule.
     */
    boolean allows(String name, Caller caller, Target target) {
        RuleSet now = rules();
        Check check = now.named(name);
        if (check == null) {
            check = now.named(config.defaultRule());
        }
        return check != null && check.allows(new Question(name, caller, target));
    }

    /** Whether a rule of that name exists now. */
    boolean knows(String name) {
        return rules.named(name) != null;
    }

    /** Whether doubtful references are only logged. */
    boolean allowsUnknownRules() {
        return config.allowUnknownRules();
    }

    private RuleSet rules() {
        long now = nanoTime.getAsLong();
        long due = nextLook.get();
        if (now - due >= 0 && nextLook.compareAndSet(due, now + LOOK_AGAIN.toNanos())) {
            reloadIfChanged();
        }
        return rules;
    }

    private void reloadIfChanged() {
        try {
            List<RuleFiles.Stamp> present = files.stamps();
            if (present.equals(seen)) {
                return;
            }
            seen = present;
            rules = RuleSet.compile(config, files.read(present), remote);
            LOG.info(
                    "policy rules read again files={}",
                    present.stream().map(RuleFiles.Stamp::path).toList());
        } catch (ConfigException e) {
            LOG.error("policy rules unusable, the last good ones stay in force reason={}", e.getMessage());
        }
    }

    private static Decision denied(Action action) {
        Decision denied = DENIED.get(action);
        return denied == null ? new Decision.Denied(action.rule()) : denied;
    }

    private static Map<Action, Decision> denials() {
        Map<Action, Decision> denials = new EnumMap<>(Action.class);
        for (Action action : Action.values()) {
            denials.put(action, new Decision.Denied(action.rule()));
        }
        return denials;
    }
}
