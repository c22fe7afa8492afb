/**
 * Log lines in upstream's formats: SLF4J over {@code java.util.logging} with our handler. Start with
 * {@link glance.server.log.Logging}; what a line says about its request comes from {@link glance.server.log.LogContext}.
 */
@NullMarked
package glance.server.log;

import org.jspecify.annotations.NullMarked;
