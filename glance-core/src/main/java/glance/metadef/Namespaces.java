package glance.metadef;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.image.ReadOnly;
import glance.image.Scope;
import glance.metadef.Definition.Kind;
import glance.policy.Action;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Namespaces of metadata definitions: visibility first, then policy. Thread-safe. */
public final class Namespaces {
    private final MetadefRepository metadefs;
    private final MetadefAccess access;

    Namespaces(MetadefRepository metadefs, MetadefAccess access) {
        this.metadefs = metadefs;
        this.access = access;
    }

    /** A namespace of a list. */
    public record Listed(Namespace namespace, List<Association> associations) {
        public Listed {
            associations = List.copyOf(associations);
        }
    }

    /** A namespace with all that is in it; tags newest first. */
    public record Whole(Listed listed, Map<Kind, List<Definition>> definitions) {
        public Whole {
            definitions = Map.copyOf(definitions);
        }

        /** What there is of a kind, in its order. */
        public List<Definition> of(Kind kind) {
            return definitions.getOrDefault(kind, List.of());
        }
    }

    /**
     * A page of what the caller may see, whatever the scope of the query.
     *
     * @throws glance.error.GlanceException.NotFound when the marker is no namespace that the caller sees
     */
    public List<Listed> list(Caller caller, NamespaceQuery query) {
        access.requireOwn(caller, Action.GET_METADEF_NAMESPACES);
        access.requireOwn(caller, Action.LIST_METADEF_RESOURCE_TYPES);
        List<Namespace> page = metadefs.namespaces().list(query.within(Scope.of(caller))).stream()
                .filter(each -> access.allows(caller, each, Action.GET_METADEF_NAMESPACE))
                .toList();
        Map<Long, List<Association>> associations = metadefs.resourceTypes()
                .associations(page.stream().map(Namespace::id).collect(Collectors.toSet()));
        return page.stream()
                .map(each -> new Listed(each, associations.getOrDefault(each.id(), List.of())))
                .toList();
    }

    /** A namespace with all that is in it. */
    public Whole show(Caller caller, String name) {
        Namespace namespace = access.require(caller, name, Action.GET_METADEF_NAMESPACE);
        access.require(caller, namespace, Action.LIST_METADEF_RESOURCE_TYPES);
        access.require(caller, namespace, Action.GET_METADEF_OBJECTS);
        access.require(caller, namespace, Action.GET_METADEF_PROPERTIES);
        access.require(caller, namespace, Action.GET_METADEF_TAGS);
        requireShowable(namespace);
        DefinitionRepository definitions = metadefs.definitions();
        DefinitionQuery tags =
                new DefinitionQuery(namespace.id(), Kind.TAG, null, Integer.MAX_VALUE, MetadefOrder.NEWEST_FIRST);
        Whole whole = new Whole(
                new Listed(namespace, metadefs.resourceTypes().associations(namespace.id())),
                Map.of(
                        Kind.PROPERTY,
                        definitions.list(DefinitionQuery.all(namespace.id(), Kind.PROPERTY)),
                        Kind.OBJECT,
                        definitions.list(DefinitionQuery.all(namespace.id(), Kind.OBJECT)),
                        Kind.TAG,
                        definitions.list(tags)));
        // Removed meanwhile, it would be shown without some of its parts.
        if (metadefs.namespaces().find(namespace.id()).isEmpty()) {
            throw MetadefAccess.notFound(name);
        }
        return whole;
    }

    private void requireShowable(Namespace namespace) {
        long size = 0;
        for (Kind kind : Kind.values()) {
            size += metadefs.definitions().size(namespace.id(), kind);
        }
        Definitions.requireShowable(namespace, size);
    }

    private static void requireOwner(NamespaceValues values) {
        if (values.owner().isEmpty()) {
            throw new GlanceException.InvalidRequest(
                    "The namespace needs an owner: the request names none and belongs to no project.");
        }
    }

    /** Records a namespace with all that is in it, or nothing; who makes it may also make each part on its own. */
    public Namespace create(Caller caller, NamespaceValues values, NamespaceContent content) {
        ReadOnly.refuse(caller);
        access.requireOwn(caller, Action.ADD_METADEF_NAMESPACE);
        requireOwner(values);
        if (!content.associations().isEmpty()) {
            access.require(caller, values, Action.ADD_METADEF_RESOURCE_TYPE_ASSOCIATION);
        }
        for (Kind kind : Kind.values()) {
            if (!content.of(kind).isEmpty()) {
                access.require(caller, values, Definitions.adding(kind));
            }
        }
        return metadefs.namespaces().create(values, content);
    }

    /** Replaces what a namespace says of itself, its name included; what is in it stays. */
    public Namespace replace(Caller caller, String name, NamespaceValues values) {
        Namespace namespace = access.requireChange(caller, name, Action.MODIFY_METADEF_NAMESPACE);
        requireOwner(values);
        return metadefs.namespaces().update(namespace.id(), values);
    }

    /** Removes a namespace that is not protected, with all that is in it. */
    public void delete(Caller caller, String name) {
        Namespace namespace = access.requireChange(caller, name, Action.DELETE_METADEF_NAMESPACE);
        MetadefAccess.requireUnprotected(namespace, "Namespace " + name);
        boolean _ = metadefs.namespaces().delete(namespace.id());
    }
}
