package glance.metadef;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.policy.Action;
import java.util.List;

/** Resource types, and which namespaces apply to them: visibility first, then policy. Thread-safe. */
public final class ResourceTypes {
    private final MetadefRepository metadefs;
    private final MetadefAccess access;

    ResourceTypes(MetadefRepository metadefs, MetadefAccess access) {
        this.metadefs = metadefs;
        this.access = access;
    }

    /** All there are. */
    public List<ResourceType> list(Caller caller) {
        access.requireOwn(caller, Action.LIST_METADEF_RESOURCE_TYPES);
        return metadefs.resourceTypes().list();
    }

    /** Those that a namespace applies to. */
    public List<Association> associations(Caller caller, String namespace) {
        Namespace in = access.require(caller, namespace, Action.LIST_METADEF_RESOURCE_TYPES);
        // Upstream asks this about each one, with the same target.
        return access.allows(caller, in, Action.GET_METADEF_RESOURCE_TYPE)
                ? metadefs.resourceTypes().associations(in.id())
                : List.of();
    }

    /** Lets a namespace apply to a type, which is made when it is missing. */
    public Association associate(Caller caller, String namespace, AssociationValues values) {
        Namespace in = access.requireChange(caller, namespace, Action.ADD_METADEF_RESOURCE_TYPE_ASSOCIATION);
        return metadefs.resourceTypes().associate(in.id(), values);
    }

    /** Ends that; the type stays, and the namespace must not be protected. */
    public void dissociate(Caller caller, String namespace, String type) {
        Namespace in = access.requireChange(caller, namespace, Action.REMOVE_METADEF_RESOURCE_TYPE_ASSOCIATION);
        if (metadefs.resourceTypes().findAssociation(in.id(), type).isPresent()) {
            MetadefAccess.requireUnprotected(in, "Association " + type);
        }
        if (!metadefs.resourceTypes().dissociate(in.id(), type)) {
            throw new GlanceException.NotFound("Metadata definition namespace " + namespace
                    + " is not associated with resource type " + type + ".");
        }
    }
}
