package glance.metadef;

import glance.error.GlanceException;
import glance.metadef.Definition.Kind;
import java.util.List;
import java.util.Optional;

/** What is defined in namespaces. Each method is one transaction. */
public interface DefinitionRepository {
    /**
     * A page.
     *
     * @throws GlanceException.NotFound when there is no such marker
     */
    List<Definition> list(DefinitionQuery query);

    /** By name, case included. */
    Optional<Definition> find(long namespaceId, Kind kind, String name);

    /** By its row. */
    Optional<Definition> find(long namespaceId, Kind kind, long id);

    /**
     * Records all, or none; what is there already stays.
     *
     * @throws GlanceException.InvalidRequest when one cannot be stored
     * @throws GlanceException.NotFound when the namespace is gone
     * @throws GlanceException.Conflict when a name is taken, or given twice
     */
    List<Definition> create(long namespaceId, Kind kind, List<DefinitionValues> all);

    /** As {@link #create}, in place of all that is there of the kind. */
    List<Definition> replaceAll(long namespaceId, Kind kind, List<DefinitionValues> all);

    /**
     * Replaces what is said about it.
     *
     * @throws GlanceException.NotFound when it is gone
     * @throws GlanceException.Conflict when the new name is taken
     */
    Definition update(long namespaceId, Kind kind, long id, DefinitionValues values);

    /** Whether it was there. */
    boolean delete(long namespaceId, Kind kind, long id);

    /** How many there were. */
    int deleteAll(long namespaceId, Kind kind);

    int count(long namespaceId, Kind kind);

    /** Characters of all of a kind, about: what a list of them would hold in memory. */
    long size(long namespaceId, Kind kind);
}
