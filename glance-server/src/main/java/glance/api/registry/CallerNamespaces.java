package glance.api.registry;

import glance.auth.Caller;
import glance.image.Scope;
import glance.metadef.Namespace;
import glance.metadef.NamespaceRepository;
import glance.registry.remote.CommandFailure;
import java.util.List;
import java.util.Optional;

/**
 * Namespaces of metadata definitions as the registry lets one caller reach them: what is public or the caller's project's may
 * be read, the latter changed, and administrators do either with all. One request, one thread.
 */
final class CallerNamespaces {
    /** Rows of one list of metadata definitions. */
    private static final int MOST = 10_000;

    private final NamespaceRepository namespaces;
    private final Caller caller;

    CallerNamespaces(NamespaceRepository namespaces, Caller caller) {
        this.namespaces = namespaces;
        this.caller = caller;
    }

    NamespaceRepository all() {
        return namespaces;
    }

    Caller caller() {
        return caller;
    }

    Scope scope() {
        return Scope.of(caller);
    }

    /**
     * By name.
     *
     * @throws CommandFailure MetadefNamespaceNotFound when there is none, MetadefForbidden when it is not for this caller
     */
    Namespace visible(String name) {
        return visible(namespaces.find(name), name);
    }

    private Namespace visible(Optional<Namespace> found, String name) {
        Namespace namespace = found.orElseThrow(() -> CommandFailure.of(
                "MetadefNamespaceNotFound", "Metadata definition namespace " + name + " was not found"));
        if (!caller.admin() && !namespace.isVisibleTo(caller.projectId())) {
            throw forbidden("Metadata definition namespace " + name + " is not visible to you");
        }
        return namespace;
    }

    /** As {@link #visible}, for one who may change it and what is in it. */
    Namespace mutable(String name) {
        return mutable(visible(name));
    }

    /** As {@link #mutable(String)}, by its row. */
    Namespace mutable(long id) {
        return mutable(visible(namespaces.find(id), "number " + id));
    }

    private Namespace mutable(Namespace namespace) {
        if (!caller.admin() && !namespace.isOwnedBy(caller.projectId())) {
            throw forbidden("You do not own metadata definition namespace " + namespace.name());
        }
        return namespace;
    }

    /**
     * Requires an administrator.
     *
     * @throws CommandFailure MetadefForbidden
     */
    void requireAdministrator() {
        if (!caller.admin()) {
            throw forbidden("Resource types of metadata definitions are changed by administrators");
        }
    }

    static CommandFailure forbidden(String why) {
        return CommandFailure.of("MetadefForbidden", why);
    }

    /** How many rows to read of a list: one more than may be told, to see that there are more. */
    static int room(Optional<Integer> limit) {
        return Math.min(limit.orElse(Integer.MAX_VALUE), MOST + 1);
    }

    /**
     * The rows of a list, if they may be told.
     *
     * @throws CommandFailure LimitExceeded when there are more than an answer may have
     */
    static <T> List<T> bounded(List<T> rows) {
        if (rows.size() > MOST) {
            throw CommandFailure.of("LimitExceeded", "There are more than " + MOST + " of them; ask for them by pages");
        }
        return rows;
    }
}
