package glance.server;

import glance.auth.Caller;
import glance.auth.IdentityProvider;
import glance.auth.NoAuthentication;
import glance.auth.keystone.KeystoneIdentity;
import glance.auth.keystone.TrustedHeaders;
import glance.config.Configuration;
import glance.policy.Policy;
import java.util.Set;

/** Chooses who says who is calling, by the filters of the pipeline. */
final class IdentityParts {
    private static final Caller ADMINISTRATOR = new Caller(
            null, null, null, null, null, null, Set.of("admin"), Caller.ServiceIdentity.NONE, true, true, false, null);

    private IdentityParts() {}

    /** Whether callers must prove who they are (or a proxy did that for them). */
    static boolean isAuthenticated(Pipeline pipeline) {
        return pipeline.filters().contains(FilterName.AUTHTOKEN)
                || pipeline.filters().contains(FilterName.CONTEXT);
    }

    /**
     * @param usedTypes types of the services that are used on callers' behalf
     */
    static IdentityProvider provider(
            Configuration configuration, Pipeline pipeline, ServerConfig config, Policy policy, Set<String> usedTypes) {
        if (pipeline.filters().contains(FilterName.AUTHTOKEN)) {
            return KeystoneIdentity.open(
                    withFilterOptions(configuration, pipeline), policy, config.anonymous(), usedTypes);
        }
        if (pipeline.filters().contains(FilterName.CONTEXT)) {
            return new TrustedHeaders(policy, config.anonymous(), usedTypes);
        }
        return new NoAuthentication();
    }

    /** Who may ask a registry: without authentication everybody, as an administrator who owns nothing. */
    static IdentityProvider ofRegistry(
            Configuration configuration, Pipeline pipeline, ServerConfig config, Policy policy) {
        return isAuthenticated(pipeline)
                ? provider(configuration, pipeline, config, policy, Set.of())
                : credentials -> ADMINISTRATOR;
    }

    /** Roles, in lower case, by which the services of this cloud know each other. */
    static Set<String> serviceRoles(Configuration configuration, Pipeline pipeline) {
        return KeystoneIdentity.serviceRoles(withFilterOptions(configuration, pipeline));
    }

    /** The configuration with what the paste file says about tokens. */
    static Configuration withFilterOptions(Configuration configuration, Pipeline pipeline) {
        return configuration.with(
                KeystoneIdentity.OPTIONS.section(),
                pipeline.optionsOf(FilterName.AUTHTOKEN),
                "paste file, [filter:authtoken]");
    }
}
