package glance.api;

import glance.image.Downloads;
import glance.image.Images;
import glance.image.Members;
import glance.image.Sharing;
import glance.image.Uploads;
import glance.policy.Policy;

/**
 * What the API calls.
 *
 * @param policy asked directly only by routes of features that are switched off
 */
public record UseCases(
        Images images, Uploads uploads, Downloads downloads, Members members, Sharing sharing, Policy policy) {}
