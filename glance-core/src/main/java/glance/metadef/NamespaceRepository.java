package glance.metadef;

import glance.error.GlanceException;
import java.util.List;
import java.util.Optional;

/** Namespaces. Each method is one transaction. */
public interface NamespaceRepository {
    /**
     * A page.
     *
     * @throws GlanceException.NotFound when the marker is no namespace that the scope sees
     */
    List<Namespace> list(NamespaceQuery query);

    /** By name, case included, whoever may see it. */
    Optional<Namespace> find(String name);

    /** By its row, whoever may see it. */
    Optional<Namespace> find(long id);

    /**
     * Records a namespace with all that is in it. Resource types that are missing are made, unprotected.
     *
     * @throws GlanceException.Conflict when the name, or one in it, is taken
     */
    Namespace create(NamespaceValues values, NamespaceContent content);

    /**
     * Replaces what is said about it.
     *
     * @throws GlanceException.NotFound when it is gone
     * @throws GlanceException.Conflict when the new name is taken
     */
    Namespace update(long id, NamespaceValues values);

    /** Removes it with all that is in it; resource types stay. Whether it was there. */
    boolean delete(long id);
}
