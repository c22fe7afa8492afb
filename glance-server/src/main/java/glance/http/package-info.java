/**
 * The HTTP engine: Netty behind four small types. No Netty type leaves this package. Start with
 * {@link glance.http.HttpServer} and {@link glance.http.Handler}.
 */
@NullMarked
package glance.http;

import org.jspecify.annotations.NullMarked;
