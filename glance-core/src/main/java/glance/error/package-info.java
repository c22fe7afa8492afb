/**
 * What a client may be told. Nothing here knows an HTTP status; {@code glance.api} maps each kind to one.
 */
@NullMarked
package glance.error;

import org.jspecify.annotations.NullMarked;
