/**
 * Packaged programs as processes: the server of the distribution and other people's commands. For the end-to-end tests,
 * the crash campaign and the benches; nothing here reaches into the server. Start with
 * {@link glance.testkit.process.PackagedServer}.
 */
@NullMarked
package glance.testkit.process;

import org.jspecify.annotations.NullMarked;
