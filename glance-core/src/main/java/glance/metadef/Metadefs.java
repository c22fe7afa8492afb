package glance.metadef;

import glance.policy.Policy;

/** What callers do with metadata definitions. */
public record Metadefs(Namespaces namespaces, Definitions definitions, ResourceTypes resourceTypes) {
    /** Over what a repository has, under these rules. */
    public static Metadefs of(MetadefRepository metadefs, Policy policy) {
        MetadefAccess access = new MetadefAccess(metadefs, policy);
        return new Metadefs(
                new Namespaces(metadefs, access),
                new Definitions(metadefs, access),
                new ResourceTypes(metadefs, access));
    }
}
