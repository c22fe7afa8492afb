/**
 * Who may do what, as the contract's tables say, and a real Keystone to log in to. Start with {@link
 * glance.testkit.auth.AuthorisationTable} and {@link glance.testkit.auth.Keystone}.
 */
@NullMarked
package glance.testkit.auth;

import org.jspecify.annotations.NullMarked;
