package glance.metadef;

/** Where metadata definitions are kept: namespaces, what is defined in them, and the resource types they apply to. */
public interface MetadefRepository {
    NamespaceRepository namespaces();

    DefinitionRepository definitions();

    ResourceTypeRepository resourceTypes();
}
