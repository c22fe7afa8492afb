/**
 * What the drivers of remote stores share: memory for parts, parts on their way out and in, HTTP calls, repetition. Start with
 * {@link glance.store.remote.PartedWrite} and {@link glance.store.remote.WindowedPayload}.
 */
@NullMarked
package glance.store.remote;

import org.jspecify.annotations.NullMarked;
