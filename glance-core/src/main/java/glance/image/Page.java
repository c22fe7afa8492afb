package glance.image;

import java.util.List;

/**
 * One page of a list.
 *
 * @param full whether as many rows came as were asked for, so that a next page may exist
 */
public record Page<T>(List<T> items, boolean full) {
    public Page {
        items = List.copyOf(items);
    }
}
