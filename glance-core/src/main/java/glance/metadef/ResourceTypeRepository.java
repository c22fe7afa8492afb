package glance.metadef;

import glance.error.GlanceException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Resource types, and which namespaces apply to them. Each method is one transaction. */
public interface ResourceTypeRepository {
    /** All, by name. */
    List<ResourceType> list();

    /** By name, case included. */
    Optional<ResourceType> find(String name);

    /**
     * Records a resource type.
     *
     * @throws GlanceException.Conflict when the name is taken
     */
    ResourceType create(String name, boolean isProtected);

    /**
     * Removes one that no namespace applies to. Whether it was there.
     *
     * @throws GlanceException.Conflict when a namespace applies to it
     */
    boolean delete(long id);

    /** Those of a namespace, by name. */
    List<Association> associations(long namespaceId);

    /** Those of several namespaces, by the namespace's row, each list by name; none for namespaces without. */
    Map<Long, List<Association>> associations(Set<Long> namespaceIds);

    /** By the resource type's name, case included. */
    Optional<Association> findAssociation(long namespaceId, String resourceType);

    /**
     * Records that a namespace applies to a resource type, which is made, unprotected, when it is missing.
     *
     * @throws GlanceException.NotFound when the namespace is gone
     * @throws GlanceException.Conflict when it does already
     */
    Association associate(long namespaceId, AssociationValues values);

    /** Whether it applied. */
    boolean dissociate(long namespaceId, String resourceType);
}
