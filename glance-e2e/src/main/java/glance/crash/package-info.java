/**
 * The crash campaign: a loaded server is killed at random instants and at fail points, restarted, and compared with what
 * it had acknowledged. Speaks plain HTTP to the packaged server and looks at its files; knows nothing of its code beyond
 * the names of the fail points. Start with {@link glance.crash.CrashCampaign}.
 */
@NullMarked
package glance.crash;

import org.jspecify.annotations.NullMarked;
