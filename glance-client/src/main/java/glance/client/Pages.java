package glance.client;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists that come in pages, each naming the next. */
final class Pages {
    private Pages() {}

    /**
     * Gives the items to {@code each} as the pages arrive.
     *
     * @param first path and query of the first page
     * @param member the page's member that holds the items
     * @param limit most items to give
     */
    static void each(Session session, String first, String member, long limit, Consumer<ObjectNode> each) {
        Set<String> visited = new HashSet<>();
        long left = limit;
        String next = first;
        while (left > 0 && !next.isEmpty()) {
            if (!visited.add(next)) {
                throw new ClientException(
                        "The list of " + member + " does not end: the service repeats the page " + next);
            }
            JsonNode page = session.document(Request.get(session.uri(next)));
            for (JsonNode item : page.path(member)) {
                if (left-- > 0) {
                    each.accept(ImageClient.object(item));
                }
            }
            next = Endpoint.link(page.path("next").stringValue(""));
        }
    }
}
