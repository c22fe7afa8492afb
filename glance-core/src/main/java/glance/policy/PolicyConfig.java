package glance.policy;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.util.List;

/**
 * Where rules come from and how strictly they are read.
 *
 * @param file the rule file; a relative name is searched in the configuration directories
 * @param directories directories of further rule files, applied in this order after {@code file}
 * @param defaultRule the rule that stands in for unknown ones
 * @param enforceNewDefaults false adds the defaults of old releases to the built-in rules, and the ownership checks of
 *     these releases
 * @param allowUnknownRules true starts although a file refers to a rule that does not exist, and the like
 */
public record PolicyConfig(
        String file,
        List<String> directories,
        String defaultRule,
        boolean enforceNewDefaults,
        boolean allowUnknownRules) {
    static final String USUAL_FILE = "policy.yaml";

    static final Option<String> POLICY_FILE = Option.text("policy_file")
            .orElse(USUAL_FILE)
            .help("Rules that replace built-in ones, as YAML or JSON; searched in the configuration directories."
                    + " While policy.yaml does not exist, policy.json is read.");
    static final Option<List<String>> POLICY_DIRS = Option.repeated("policy_dirs")
            .orElse(List.of("policy.d"))
            .help("Directories of further rule files, applied in order of their names after policy_file.");
    static final Option<String> POLICY_DEFAULT_RULE = Option.text("policy_default_rule")
            .orElse("default")
            .help("The rule that stands in for a rule that does not exist.");
    static final Option<Boolean> ENFORCE_NEW_DEFAULTS = Option.flag("enforce_new_defaults")
            .orElse(true)
            .help("Whether built-in rules look at roles and projects; false adds the open defaults of releases before"
                    + " 2023.1.");
    static final Option<Boolean> ENFORCE_SCOPE = Option.flag("enforce_scope")
            .orElse(true)
            .help("Accepted and without effect: the scope of a token is always looked at.");
    static final Option<String> UNKNOWN_RULE = Option.text("policy_unknown_rule")
            .oneOf("refuse", "allow")
            .orElse("refuse")
            .help(
                    "What a reference to an unknown rule, a cycle of rules or a rule that is no text does: refuse stops"
                            + " the start; allow logs it, reads an unknown rule as policy_default_rule and lets the others deny.");

    /** The options of this component; those of remote checks belong to the code that makes the calls. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "oslo_policy",
            "Rules: who may do what.",
            List.of(POLICY_FILE, POLICY_DIRS, POLICY_DEFAULT_RULE, ENFORCE_NEW_DEFAULTS, ENFORCE_SCOPE, UNKNOWN_RULE));

    /** No files beyond the usual ones, the newest defaults. */
    public static final PolicyConfig DEFAULTS =
            new PolicyConfig(USUAL_FILE, List.of("policy.d"), "default", true, false);

    public PolicyConfig {
        directories = List.copyOf(directories);
    }

    public static PolicyConfig from(Section section) {
        return new PolicyConfig(
                section.get(POLICY_FILE),
                section.get(POLICY_DIRS),
                section.get(POLICY_DEFAULT_RULE),
                section.get(ENFORCE_NEW_DEFAULTS),
                section.get(UNKNOWN_RULE).equals("allow"));
    }
}
