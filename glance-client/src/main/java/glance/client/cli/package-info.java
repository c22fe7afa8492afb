/**
 * The {@code glance} command: its grammar, its tables and its messages. Not here: anything that talks HTTP (that is
 * {@code glance.client}). Start reading at {@link glance.client.cli.GlanceMain}.
 */
@NullMarked
package glance.client.cli;

import org.jspecify.annotations.NullMarked;
