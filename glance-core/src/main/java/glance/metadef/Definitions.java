package glance.metadef;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.metadef.Definition.Kind;
import glance.policy.Action;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Properties, objects and tags of namespaces: visibility first, then policy. Thread-safe. */
public final class Definitions {
    /** The largest of upstream's own namespaces has some thirty thousand. */
    private static final long MOST_SHOWN = 4 << 20;

    private static final Map<Kind, Actions> ACTIONS = new EnumMap<>(Map.of(
            Kind.OBJECT,
            new Actions(
                    Action.GET_METADEF_OBJECTS,
                    Action.GET_METADEF_OBJECT,
                    Action.ADD_METADEF_OBJECT,
                    Action.MODIFY_METADEF_OBJECT,
                    Action.DELETE_METADEF_OBJECT),
            Kind.PROPERTY,
            new Actions(
                    Action.GET_METADEF_PROPERTIES,
                    Action.GET_METADEF_PROPERTY,
                    Action.ADD_METADEF_PROPERTY,
                    Action.MODIFY_METADEF_PROPERTY,
                    Action.REMOVE_METADEF_PROPERTY),
            Kind.TAG,
            new Actions(
                    Action.GET_METADEF_TAGS,
                    Action.GET_METADEF_TAG,
                    Action.ADD_METADEF_TAG,
                    Action.MODIFY_METADEF_TAG,
                    Action.DELETE_METADEF_TAG)));

    private final MetadefRepository metadefs;
    private final MetadefAccess access;

    Definitions(MetadefRepository metadefs, MetadefAccess access) {
        this.metadefs = metadefs;
        this.access = access;
    }

    /** What policy is asked about a kind. */
    private record Actions(Action list, Action get, Action add, Action modify, Action delete) {}

    /**
     * A page.
     *
     * @throws GlanceException.NotFound also when there is no such marker
     */
    public List<Definition> list(Caller caller, String namespace, Kind kind, Paging paging) {
        Namespace in = access.require(caller, namespace, actions(kind).list());
        // Upstream asks this about each one, with the same target.
        if (kind == Kind.OBJECT && !access.allows(caller, in, actions(kind).get())) {
            return List.of();
        }
        if (paging.limit() == Integer.MAX_VALUE) {
            requireShowable(in, metadefs.definitions().size(in.id(), kind));
        }
        return metadefs.definitions().list(paging.of(in.id(), kind));
    }

    /** Which part of a list. */
    public record Paging(@Nullable String marker, int limit, MetadefOrder order) {
        /** The whole list, oldest first. */
        public static final Paging ALL = new Paging(null, Integer.MAX_VALUE, new MetadefOrder("created_at", true));

        private DefinitionQuery of(long namespace, Kind kind) {
            return new DefinitionQuery(namespace, kind, marker, limit, order);
        }
    }

    public Definition show(Caller caller, String namespace, Kind kind, String name) {
        Namespace in = access.require(caller, namespace, actions(kind).get());
        return find(in, kind, name);
    }

    /**
     * A property by the name it has on things of a resource type: with the association's prefix, if that has one.
     *
     * @throws GlanceException.NotFound also when the namespace is not associated with the type, or the name lacks the prefix
     */
    public Definition showProperty(Caller caller, String namespace, String name, String resourceType) {
        Namespace in = access.require(caller, namespace, actions(Kind.PROPERTY).get());
        access.require(caller, in, Action.GET_METADEF_RESOURCE_TYPE);
        Association association = metadefs.resourceTypes()
                .findAssociation(in.id(), resourceType)
                .orElseThrow(() -> new GlanceException.NotFound("Metadata definition namespace " + namespace
                        + " is not associated with resource type " + resourceType + "."));
        String prefix = association.values().prefix();
        if (prefix == null || prefix.isEmpty()) {
            return find(in, Kind.PROPERTY, name);
        }
        if (!name.startsWith(prefix)) {
            throw new GlanceException.NotFound("Property " + name + " does not start with the prefix " + prefix
                    + " that resource type " + resourceType + " has here.");
        }
        return find(in, Kind.PROPERTY, name.substring(prefix.length()));
    }

    public Definition create(Caller caller, String namespace, Kind kind, DefinitionValues values) {
        Namespace in = access.requireChange(caller, namespace, actions(kind).add());
        return metadefs.definitions().create(in.id(), kind, List.of(values)).getFirst();
    }

    /**
     * Records tags, all or none; an empty list changes nothing.
     *
     * @param append keep those there are; otherwise these take their place
     */
    public void createTags(Caller caller, String namespace, List<DefinitionValues> tags, boolean append) {
        Namespace in = access.requireChange(caller, namespace, Action.ADD_METADEF_TAGS);
        if (tags.isEmpty()) {
            return;
        }
        DefinitionRepository definitions = metadefs.definitions();
        List<Definition> _ =
                append ? definitions.create(in.id(), Kind.TAG, tags) : definitions.replaceAll(in.id(), Kind.TAG, tags);
    }

    /** Replaces all that is said about it, its name included. */
    public Definition replace(Caller caller, String namespace, Kind kind, String name, DefinitionValues values) {
        Namespace in = access.requireChange(caller, namespace, actions(kind).modify());
        return metadefs.definitions().update(in.id(), kind, find(in, kind, name).id(), values);
    }

    /** Removes one; the namespace must not be protected. */
    public void delete(Caller caller, String namespace, Kind kind, String name) {
        Namespace in = access.requireChange(caller, namespace, actions(kind).delete());
        Definition found = find(in, kind, name);
        MetadefAccess.requireUnprotected(in, word(kind) + " " + name);
        if (!metadefs.definitions().delete(in.id(), kind, found.id())) {
            throw notFound(in, kind, name);
        }
    }

    /** Removes all of a kind, which takes leave to delete the namespace; it must not be protected. */
    public void deleteAll(Caller caller, String namespace, Kind kind) {
        Namespace in = access.requireChange(caller, namespace, Action.DELETE_METADEF_NAMESPACE);
        if (kind == Kind.TAG) {
            access.require(caller, in, Action.DELETE_METADEF_TAGS);
        }
        MetadefAccess.requireUnprotected(in, "What namespace " + namespace + " defines");
        int _ = metadefs.definitions().deleteAll(in.id(), kind);
    }

    private Definition find(Namespace in, Kind kind, String name) {
        return metadefs.definitions().find(in.id(), kind, name).orElseThrow(() -> notFound(in, kind, name));
    }

    private static GlanceException.NotFound notFound(Namespace in, Kind kind, String name) {
        return new GlanceException.NotFound(
                word(kind) + " " + name + " was not found in metadata definition namespace " + in.name() + ".");
    }

    private static String word(Kind kind) {
        String lower = kind.name().toLowerCase(Locale.ROOT);
        return Character.toUpperCase(lower.charAt(0)) + lower.substring(1);
    }

    /** What policy is asked before one of a kind is made. */
    static Action adding(Kind kind) {
        return actions(kind).add();
    }

    /**
     * Keeps an answer from filling the heap.
     *
     * @param size characters of what is to be shown
     * @throws GlanceException.LimitExceeded when they are too many for one answer
     */
    static void requireShowable(Namespace namespace, long size) {
        if (size > MOST_SHOWN) {
            throw new GlanceException.LimitExceeded("Metadata definition namespace " + namespace.name() + " holds "
                    + size + " characters of this; one answer has at most " + MOST_SHOWN
                    + ". Ask for its parts one by one.");
        }
    }

    private static Actions actions(Kind kind) {
        Actions actions = ACTIONS.get(kind);
        if (actions == null) {
            throw new IllegalStateException("no actions of " + kind);
        }
        return actions;
    }
}
