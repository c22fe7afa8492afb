package glance.image;

/**
 * An image's id as stored: normally a lower-case UUID, but any text of at most 36 characters taken over from a client or
 * an existing database. Longer text names no image; {@link #isPossible} says so without a query.
 */
public record ImageId(String value) {
    /** Characters of the {@code images.id} column. */
    public static final int MAX_LENGTH = 36;

    /** Whether an image with this id can exist at all. */
    public boolean isPossible() {
        return !value.isEmpty() && value.length() <= MAX_LENGTH && StorableText.isStorable(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
