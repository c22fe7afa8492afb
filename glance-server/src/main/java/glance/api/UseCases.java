package glance.api;

import glance.image.Downloads;
import glance.image.Images;
import glance.image.LocationImports;
import glance.image.Members;
import glance.image.Sharing;
import glance.image.Uploads;
import glance.metadef.Metadefs;
import glance.policy.Policy;
import glance.store.Stores;

/**
 * What the API calls.
 *
 * @param stores asked directly only for what they are
 * @param policy asked directly only by routes that concern no image
 */
public record UseCases(
        Images images,
        Uploads uploads,
        Downloads downloads,
        Members members,
        Sharing sharing,
        LocationImports locations,
        Metadefs metadefs,
        Stores stores,
        Policy policy) {}
