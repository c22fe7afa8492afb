/** Policy checks that another service decides. Start with {@link glance.policy.http.HttpRemoteCheck}. */
@NullMarked
package glance.policy.http;

import org.jspecify.annotations.NullMarked;
