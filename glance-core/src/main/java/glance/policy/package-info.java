/**
 * Operator rules: who may do what. Start with {@link glance.policy.Policy}.
 */
@NullMarked
package glance.policy;

import org.jspecify.annotations.NullMarked;
