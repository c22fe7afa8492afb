package glance.image;

import glance.store.StoreLocation;

/**
 * A recorded location of an image.
 *
 * @param id row id, 0 while not recorded
 * @param status {@code active}; others ({@code pending_delete}, {@code deleted}, …) are not shown by the API
 */
public record ImageLocation(long id, StoreLocation at, String status) {
    public static final String ACTIVE = "active";

    /** Given up; its data waits for the scrubber. */
    public static final String PENDING_DELETE = "pending_delete";

    /** Given up, and its data with it. */
    public static final String DELETED = "deleted";
}
