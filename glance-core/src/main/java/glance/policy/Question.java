package glance.policy;

import glance.auth.Caller;

/**
 * What a rule is evaluated on.
 *
 * @param rule the rule first asked for, whichever other rules it leads to
 */
record Question(String rule, Caller caller, Target target) {}
