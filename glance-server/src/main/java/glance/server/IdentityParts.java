package glance.server;

import glance.auth.IdentityProvider;
import glance.auth.NoAuthentication;
import glance.auth.keystone.KeystoneIdentity;
import glance.auth.keystone.TrustedHeaders;
import glance.config.Configuration;
import glance.policy.Policy;

/** Chooses who says who is calling, by the filters of the pipeline. */
final class IdentityParts {
    private IdentityParts() {}

    /** Whether callers must prove who they are (or a proxy did that for them). */
    static boolean isAuthenticated(Pipeline pipeline) {
        return pipeline.filters().contains(FilterName.AUTHTOKEN)
                || pipeline.filters().contains(FilterName.CONTEXT);
    }

    static IdentityProvider provider(
            Configuration configuration, Pipeline pipeline, ServerConfig config, Policy policy) {
        if (pipeline.filters().contains(FilterName.AUTHTOKEN)) {
            Configuration own = configuration.with(
                    KeystoneIdentity.OPTIONS.section(),
                    pipeline.optionsOf(FilterName.AUTHTOKEN),
                    "paste file, [filter:authtoken]");
            return KeystoneIdentity.open(own, policy, config.anonymous());
        }
        if (pipeline.filters().contains(FilterName.CONTEXT)) {
            return new TrustedHeaders(policy, config.anonymous());
        }
        return new NoAuthentication();
    }
}
