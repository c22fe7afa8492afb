package glance.metadef;

import glance.metadef.Definition.Kind;
import java.util.List;
import java.util.Map;

/** What a namespace is made with: associations, then objects, tags and properties. */
public record NamespaceContent(List<AssociationValues> associations, Map<Kind, List<DefinitionValues>> definitions) {
    /** A namespace of its own. */
    public static final NamespaceContent NONE = new NamespaceContent(List.of(), Map.of());

    public NamespaceContent {
        associations = List.copyOf(associations);
        definitions = Map.copyOf(definitions);
    }

    /** What there is of a kind, in its order. */
    public List<DefinitionValues> of(Kind kind) {
        return definitions.getOrDefault(kind, List.of());
    }
}
