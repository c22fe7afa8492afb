package glance.api.v2;

import glance.image.Images;
import glance.image.Members;
import glance.policy.Policy;

/**
 * What the API calls.
 *
 * @param policy asked directly only by routes of features that are switched off
 */
public record UseCases(Images images, Members members, Policy policy) {}
