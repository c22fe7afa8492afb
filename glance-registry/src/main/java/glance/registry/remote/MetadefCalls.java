package glance.registry.remote;

import glance.metadef.DefinitionRepository;
import glance.metadef.MetadefRepository;
import glance.metadef.NamespaceRepository;
import glance.metadef.ResourceTypeRepository;
import glance.registry.remote.RegistryCall.MetadefCall;
import org.jspecify.annotations.Nullable;

/** The daemon's side of the calls about metadata definitions. Thread-safe as the repository below it is. */
final class MetadefCalls {
    private final NamespaceRepository namespaces;
    private final DefinitionRepository definitions;
    private final ResourceTypeRepository types;

    MetadefCalls(MetadefRepository metadefs) {
        this.namespaces = metadefs.namespaces();
        this.definitions = metadefs.definitions();
        this.types = metadefs.resourceTypes();
    }

    /** The result of a call; null when what was looked for is not there. */
    @Nullable
    Object answer(MetadefCall call) {
        return switch (call) {
            case MetadefCall.ListNamespaces list -> namespaces.list(list.query());
            case MetadefCall.FindNamespace find -> namespaces.find(find.name()).orElse(null);
            case MetadefCall.NamespaceOfRow of -> namespaces.find(of.id()).orElse(null);
            case MetadefCall.CreateNamespace create -> namespaces.create(create.values(), create.content());
            case MetadefCall.UpdateNamespace update -> namespaces.update(update.id(), update.values());
            case MetadefCall.DeleteNamespace delete -> namespaces.delete(delete.id());
            case MetadefCall.ListDefinitions list -> definitions.list(list.query());
            case MetadefCall.FindDefinition find ->
                definitions.find(find.namespace(), find.kind(), find.name()).orElse(null);
            case MetadefCall.DefinitionOfRow of ->
                definitions.find(of.namespace(), of.kind(), of.id()).orElse(null);
            case MetadefCall.CreateDefinitions create ->
                definitions.create(create.namespace(), create.kind(), create.all());
            case MetadefCall.ReplaceDefinitions replace ->
                definitions.replaceAll(replace.namespace(), replace.kind(), replace.all());
            case MetadefCall.UpdateDefinition update ->
                definitions.update(update.namespace(), update.kind(), update.id(), update.values());
            case MetadefCall.DeleteDefinition delete ->
                definitions.delete(delete.namespace(), delete.kind(), delete.id());
            case MetadefCall.DeleteDefinitions delete -> definitions.deleteAll(delete.namespace(), delete.kind());
            case MetadefCall.CountDefinitions count -> definitions.count(count.namespace(), count.kind());
            case MetadefCall.SizeOfDefinitions of -> definitions.size(of.namespace(), of.kind());
            case MetadefCall.ListResourceTypes _ -> types.list();
            case MetadefCall.FindResourceType find -> types.find(find.name()).orElse(null);
            case MetadefCall.CreateResourceType create -> types.create(create.name(), create.isProtected());
            case MetadefCall.DeleteResourceType delete -> types.delete(delete.id());
            case MetadefCall.AssociationsOf of -> types.associations(of.namespaces());
            case MetadefCall.FindAssociation find ->
                types.findAssociation(find.namespace(), find.resourceType()).orElse(null);
            case MetadefCall.Associate associate -> types.associate(associate.namespace(), associate.values());
            case MetadefCall.Dissociate dissociate ->
                types.dissociate(dissociate.namespace(), dissociate.resourceType());
        };
    }
}
