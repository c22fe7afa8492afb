package glance.registry.remote;

import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageQuery;
import glance.image.ImageStatus;
import glance.image.MemberGrant;
import glance.image.MemberStatus;
import glance.image.Scope;
import glance.metadef.AssociationValues;
import glance.metadef.Definition.Kind;
import glance.metadef.DefinitionQuery;
import glance.metadef.DefinitionValues;
import glance.metadef.NamespaceContent;
import glance.metadef.NamespaceQuery;
import glance.metadef.NamespaceValues;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of the metadata ports, named and with its arguments. Upstream's commands know neither guards nor the journal, so
 * each port method has a command of its own: {@code glancejvm_} and the record's name. Each is one transaction.
 */
public sealed interface RegistryCall {
    /** What the names of these commands begin with. */
    String PREFIX = "glancejvm_";

    record GetImage(ImageId id, Scope scope) implements RegistryCall {}

    record GetImageEver(ImageId id, Scope scope) implements RegistryCall {}

    record ListImages(ImageQuery query, Scope scope) implements RegistryCall {}

    record CreateImage(Image image) implements RegistryCall {}

    record UpdateImage(ImageId id, ImageChange change, Guard guard) implements RegistryCall {}

    /**
     * @param discards what is to be recorded for each location; a location that is not among them is a conflict
     */
    record DeleteImage(ImageId id, Guard guard, List<Discard> discards) implements RegistryCall {
        public DeleteImage {
            discards = List.copyOf(discards);
        }
    }

    record RetireImage(ImageId id, Guard guard) implements RegistryCall {}

    /**
     * The journal entry for a location that is being given up.
     *
     * @param intent null when no configured store holds it
     */
    record Discard(ImageLocation location, @Nullable DataIntent intent) {}

    record ImagesWithStatus(ImageStatus status) implements RegistryCall {}

    record UsageOf(@Nullable String owner) implements RegistryCall {}

    record ListMembers(ImageId image) implements RegistryCall {}

    record FindMember(ImageId image, String member) implements RegistryCall {}

    record AddMember(ImageId image, String member, int quota) implements RegistryCall {}

    record ShareImage(ImageId image, List<MemberGrant> grants, boolean alone, int quota) implements RegistryCall {
        public ShareImage {
            grants = List.copyOf(grants);
        }
    }

    record MembershipsOf(String member, @Nullable String owner, int limit) implements RegistryCall {}

    record SetMemberStatus(ImageId image, String member, MemberStatus status) implements RegistryCall {}

    record RemoveMember(ImageId image, String member) implements RegistryCall {}

    record AbandonedIntents(String worker, Duration lease) implements RegistryCall {}

    record OpenIntents() implements RegistryCall {}

    record OpenIntentsOf(ImageId image) implements RegistryCall {}

    record RenewIntents(String worker) implements RegistryCall {}

    record CloseIntent(DataIntent intent) implements RegistryCall {}

    record CheckHealth() implements RegistryCall {}

    /** The calls of the ports to metadata definitions. */
    sealed interface MetadefCall extends RegistryCall {
        record ListNamespaces(NamespaceQuery query) implements MetadefCall {}

        record FindNamespace(String name) implements MetadefCall {}

        record NamespaceOfRow(long id) implements MetadefCall {}

        record CreateNamespace(NamespaceValues values, NamespaceContent content) implements MetadefCall {}

        record UpdateNamespace(long id, NamespaceValues values) implements MetadefCall {}

        record DeleteNamespace(long id) implements MetadefCall {}

        record ListDefinitions(DefinitionQuery query) implements MetadefCall {}

        record FindDefinition(long namespace, Kind kind, String name) implements MetadefCall {}

        record DefinitionOfRow(long namespace, Kind kind, long id) implements MetadefCall {}

        record CreateDefinitions(long namespace, Kind kind, List<DefinitionValues> all) implements MetadefCall {
            public CreateDefinitions {
                all = List.copyOf(all);
            }
        }

        record ReplaceDefinitions(long namespace, Kind kind, List<DefinitionValues> all) implements MetadefCall {
            public ReplaceDefinitions {
                all = List.copyOf(all);
            }
        }

        record UpdateDefinition(long namespace, Kind kind, long id, DefinitionValues values) implements MetadefCall {}

        record DeleteDefinition(long namespace, Kind kind, long id) implements MetadefCall {}

        record DeleteDefinitions(long namespace, Kind kind) implements MetadefCall {}

        record CountDefinitions(long namespace, Kind kind) implements MetadefCall {}

        record SizeOfDefinitions(long namespace, Kind kind) implements MetadefCall {}

        record ListResourceTypes() implements MetadefCall {}

        record FindResourceType(String name) implements MetadefCall {}

        record CreateResourceType(String name, boolean isProtected) implements MetadefCall {}

        record DeleteResourceType(long id) implements MetadefCall {}

        record AssociationsOf(Set<Long> namespaces) implements MetadefCall {
            public AssociationsOf {
                namespaces = Set.copyOf(namespaces);
            }
        }

        record FindAssociation(long namespace, String resourceType) implements MetadefCall {}

        record Associate(long namespace, AssociationValues values) implements MetadefCall {}

        record Dissociate(long namespace, String resourceType) implements MetadefCall {}
    }
}
