package glance.registry.remote;

import glance.metadef.Association;
import glance.metadef.AssociationValues;
import glance.metadef.Definition;
import glance.metadef.Definition.Kind;
import glance.metadef.DefinitionQuery;
import glance.metadef.DefinitionRepository;
import glance.metadef.DefinitionValues;
import glance.metadef.MetadefRepository;
import glance.metadef.Namespace;
import glance.metadef.NamespaceContent;
import glance.metadef.NamespaceQuery;
import glance.metadef.NamespaceRepository;
import glance.metadef.NamespaceValues;
import glance.metadef.ResourceType;
import glance.metadef.ResourceTypeRepository;
import glance.registry.remote.RegistryCall.MetadefCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Metadata definitions behind {@code glance-registry}. */
final class RemoteMetadefs implements MetadefRepository {
    private final RemoteRegistry registry;
    private final NamespaceRepository namespaces = new Namespaces();
    private final DefinitionRepository definitions = new Definitions();
    private final ResourceTypeRepository resourceTypes = new ResourceTypes();

    RemoteMetadefs(RemoteRegistry registry) {
        this.registry = registry;
    }

    @Override
    public NamespaceRepository namespaces() {
        return namespaces;
    }

    @Override
    public DefinitionRepository definitions() {
        return definitions;
    }

    @Override
    public ResourceTypeRepository resourceTypes() {
        return resourceTypes;
    }

    private <T> Optional<T> maybe(MetadefCall call, Class<T> type) {
        return Optional.ofNullable(registry.found(call, Shape.of(type)));
    }

    private final class Namespaces implements NamespaceRepository {
        @Override
        public List<Namespace> list(NamespaceQuery query) {
            return registry.many(new MetadefCall.ListNamespaces(query), Namespace.class);
        }

        @Override
        public Optional<Namespace> find(String name) {
            return maybe(new MetadefCall.FindNamespace(name), Namespace.class);
        }

        @Override
        public Optional<Namespace> find(long id) {
            return maybe(new MetadefCall.NamespaceOfRow(id), Namespace.class);
        }

        @Override
        public Namespace create(NamespaceValues values, NamespaceContent content) {
            return registry.one(new MetadefCall.CreateNamespace(values, content), Namespace.class);
        }

        @Override
        public Namespace update(long id, NamespaceValues values) {
            return registry.one(new MetadefCall.UpdateNamespace(id, values), Namespace.class);
        }

        @Override
        public boolean delete(long id) {
            return registry.one(new MetadefCall.DeleteNamespace(id), Boolean.class);
        }
    }

    private final class Definitions implements DefinitionRepository {
        @Override
        public List<Definition> list(DefinitionQuery query) {
            return registry.many(new MetadefCall.ListDefinitions(query), Definition.class);
        }

        @Override
        public Optional<Definition> find(long namespaceId, Kind kind, String name) {
            return maybe(new MetadefCall.FindDefinition(namespaceId, kind, name), Definition.class);
        }

        @Override
        public Optional<Definition> find(long namespaceId, Kind kind, long id) {
            return maybe(new MetadefCall.DefinitionOfRow(namespaceId, kind, id), Definition.class);
        }

        @Override
        public List<Definition> create(long namespaceId, Kind kind, List<DefinitionValues> all) {
            return registry.many(new MetadefCall.CreateDefinitions(namespaceId, kind, all), Definition.class);
        }

        @Override
        public List<Definition> replaceAll(long namespaceId, Kind kind, List<DefinitionValues> all) {
            return registry.many(new MetadefCall.ReplaceDefinitions(namespaceId, kind, all), Definition.class);
        }

        @Override
        public Definition update(long namespaceId, Kind kind, long id, DefinitionValues values) {
            return registry.one(new MetadefCall.UpdateDefinition(namespaceId, kind, id, values), Definition.class);
        }

        @Override
        public boolean delete(long namespaceId, Kind kind, long id) {
            return registry.one(new MetadefCall.DeleteDefinition(namespaceId, kind, id), Boolean.class);
        }

        @Override
        public int deleteAll(long namespaceId, Kind kind) {
            return registry.one(new MetadefCall.DeleteDefinitions(namespaceId, kind), Integer.class);
        }

        @Override
        public int count(long namespaceId, Kind kind) {
            return registry.one(new MetadefCall.CountDefinitions(namespaceId, kind), Integer.class);
        }

        @Override
        public long size(long namespaceId, Kind kind) {
            return registry.one(new MetadefCall.SizeOfDefinitions(namespaceId, kind), Long.class);
        }
    }

    private final class ResourceTypes implements ResourceTypeRepository {
        @Override
        public List<ResourceType> list() {
            return registry.many(new MetadefCall.ListResourceTypes(), ResourceType.class);
        }

        @Override
        public Optional<ResourceType> find(String name) {
            return maybe(new MetadefCall.FindResourceType(name), ResourceType.class);
        }

        @Override
        public ResourceType create(String name, boolean isProtected) {
            return registry.one(new MetadefCall.CreateResourceType(name, isProtected), ResourceType.class);
        }

        @Override
        public boolean delete(long id) {
            return registry.one(new MetadefCall.DeleteResourceType(id), Boolean.class);
        }

        @Override
        public List<Association> associations(long namespaceId) {
            return associations(Set.of(namespaceId)).getOrDefault(namespaceId, List.of());
        }

        @Override
        public Map<Long, List<Association>> associations(Set<Long> namespaceIds) {
            return registry.required(new MetadefCall.AssociationsOf(namespaceIds), Shape.listsOf(Association.class));
        }

        @Override
        public Optional<Association> findAssociation(long namespaceId, String resourceType) {
            return maybe(new MetadefCall.FindAssociation(namespaceId, resourceType), Association.class);
        }

        @Override
        public Association associate(long namespaceId, AssociationValues values) {
            return registry.one(new MetadefCall.Associate(namespaceId, values), Association.class);
        }

        @Override
        public boolean dissociate(long namespaceId, String resourceType) {
            return registry.one(new MetadefCall.Dissociate(namespaceId, resourceType), Boolean.class);
        }
    }
}
