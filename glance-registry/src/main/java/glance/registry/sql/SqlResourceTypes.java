package glance.registry.sql;

import glance.error.GlanceException;
import glance.metadef.Association;
import glance.metadef.AssociationValues;
import glance.metadef.ResourceType;
import glance.metadef.ResourceTypeRepository;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Resource types and associations in SQL. */
final class SqlResourceTypes implements ResourceTypeRepository {
    private final SqlMetadefs metadefs;

    SqlResourceTypes(SqlMetadefs metadefs) {
        this.metadefs = metadefs;
    }

    @Override
    public List<ResourceType> list() {
        return metadefs.read((handle, rows) -> rows.types());
    }

    @Override
    public Optional<ResourceType> find(String name) {
        return metadefs.read((handle, rows) -> rows.type(name));
    }

    @Override
    public ResourceType create(String name, boolean isProtected) {
        new AssociationValues(name, null, null).requireStorable();
        return metadefs.write((handle, rows) -> {
            metadefs.refusingDuplicates(() -> rows.addType(name, isProtected), taken(name));
            return rows.type(name).orElseThrow();
        });
    }

    /** What is said when a name is taken. */
    static String taken(String name) {
        return "Metadata definition resource type " + name + " already exists";
    }

    @Override
    public boolean delete(long id) {
        return metadefs.write((handle, rows) -> {
            rows.hold("metadef_resource_types", id);
            long uses = handle.select(
                            "SELECT count(*) FROM metadef_namespace_resource_types WHERE resource_type_id = ?", id)
                    .mapTo(Long.class)
                    .one();
            if (uses > 0) {
                throw new GlanceException.Conflict("The resource type is used by " + uses + " namespaces");
            }
            return handle.execute("DELETE FROM metadef_resource_types WHERE id = ?", id) > 0;
        });
    }

    @Override
    public List<Association> associations(long namespaceId) {
        return metadefs.read(
                (handle, rows) -> rows.associations(Set.of(namespaceId)).getOrDefault(namespaceId, List.of()));
    }

    @Override
    public Map<Long, List<Association>> associations(Set<Long> namespaceIds) {
        return metadefs.read((handle, rows) -> rows.associations(namespaceIds));
    }

    @Override
    public Optional<Association> findAssociation(long namespaceId, String resourceType) {
        return metadefs.read((handle, rows) -> rows.association(namespaceId, resourceType));
    }

    @Override
    public Association associate(long namespaceId, AssociationValues values) {
        values.requireStorable();
        return metadefs.write((handle, rows) -> {
            metadefs.requireNamespace(rows, namespaceId);
            ResourceType type = metadefs.associate(rows, namespaceId, values);
            return rows.association(namespaceId, type.name()).orElseThrow();
        });
    }

    @Override
    public boolean dissociate(long namespaceId, String resourceType) {
        return metadefs.write((handle, rows) -> {
            Optional<ResourceType> type = rows.type(resourceType);
            return type.isPresent()
                    && handle.execute(
                                    "DELETE FROM metadef_namespace_resource_types"
                                            + " WHERE namespace_id = ? AND resource_type_id = ?",
                                    namespaceId,
                                    type.get().id())
                            > 0;
        });
    }
}
