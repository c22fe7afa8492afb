package glance.metadef;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.image.ReadOnly;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;

/**
 * Finds a namespace for a caller and asks policy about it: the one home of the rule that what is not for somebody is "not found"
 * unless he may see the namespace. All that is in a namespace is as visible as the namespace.
 */
final class MetadefAccess {
    private final MetadefRepository metadefs;
    private final Policy policy;

    MetadefAccess(MetadefRepository metadefs, Policy policy) {
        this.metadefs = metadefs;
        this.policy = policy;
    }

    /** The namespace, if the caller's project sees it and he may do {@code action} in it. */
    Namespace require(Caller caller, String name, Action action) {
        Namespace namespace = metadefs.namespaces()
                .find(name)
                .filter(found -> caller.admin() || found.isVisibleTo(caller.projectId()))
                .orElseThrow(() -> notFound(name));
        require(caller, namespace, action);
        return namespace;
    }

    /** As {@link #require(Caller, String, Action)}, for a change. */
    Namespace requireChange(Caller caller, String name, Action action) {
        ReadOnly.refuse(caller);
        return require(caller, name, action);
    }

    /**
     * Asked before a namespace, or something in it, is removed.
     *
     * @param what is named in the refusal
     * @throws GlanceException.Forbidden when the namespace is protected
     */
    static void requireUnprotected(Namespace namespace, String what) {
        if (Boolean.TRUE.equals(namespace.values().isProtected())) {
            throw new GlanceException.Forbidden(
                    what + " cannot be deleted: metadata definition namespace " + namespace.name() + " is protected.");
        }
    }

    /**
     * @throws GlanceException.NotFound when the caller may not see the namespace either
     * @throws GlanceException.Forbidden otherwise
     */
    void require(Caller caller, Namespace namespace, Action action) {
        require(caller, action, target(namespace.values()), notFound(namespace.name()));
    }

    /** As {@link #require(Caller, Namespace, Action)}, of a namespace that is about to be made. */
    void require(Caller caller, NamespaceValues namespace, Action action) {
        require(caller, action, target(namespace), notFound(namespace.name()));
    }

    /** Asks about an action that concerns no namespace in particular. */
    void requireOwn(Caller caller, Action action) {
        Target target = Target.ofDefinitions(caller.projectId(), null);
        require(caller, action, target, new GlanceException.NotFound("The resource could not be found."));
    }

    private void require(Caller caller, Action action, Target target, GlanceException.NotFound hidden) {
        if (policy.allows(caller, action, target)) {
            return;
        }
        if (action == Action.GET_METADEF_NAMESPACE || !policy.allows(caller, Action.GET_METADEF_NAMESPACE, target)) {
            throw hidden;
        }
        policy.require(caller, action, target);
    }

    boolean allows(Caller caller, Namespace namespace, Action action) {
        return policy.allows(caller, action, target(namespace.values()));
    }

    private static Target target(NamespaceValues namespace) {
        return Target.ofDefinitions(namespace.owner(), namespace.visibility());
    }

    static GlanceException.NotFound notFound(String name) {
        return new GlanceException.NotFound("Metadata definition namespace " + name + " was not found.");
    }
}
