package glance.http;

import java.util.List;

/**
 * How a server stopped.
 *
 * @param cut method and path of every request that was still in progress at the end of the drain time
 */
public record DrainReport(List<String> cut) {
    public DrainReport {
        cut = List.copyOf(cut);
    }
}
