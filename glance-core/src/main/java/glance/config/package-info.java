/**
 * Options declared beside the code they steer, and the oslo.config files they are read from. Start with {@link glance.config.Option}.
 */
@NullMarked
package glance.config;

import org.jspecify.annotations.NullMarked;
