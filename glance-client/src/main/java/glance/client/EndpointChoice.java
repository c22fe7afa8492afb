package glance.client;

import org.jspecify.annotations.Nullable;

/**
 * Which address of the image service to use.
 *
 * @param url given by the user; null: the catalog decides
 * @param access public, internal or admin (also {@code publicURL} …)
 * @param region null: any
 */
public record EndpointChoice(
        @Nullable String url,
        String serviceType,
        String access,
        @Nullable String region) {}
