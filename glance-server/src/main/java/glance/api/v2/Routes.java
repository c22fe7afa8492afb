package glance.api.v2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The route table of the Images API v2: the whole surface, one line each. */
final class Routes {
    private final List<Route> table;

    /** What a path and method lead to. */
    sealed interface Match {
        record Found(Route route, List<String> variables) implements Match {}

        /** The path exists, the method does not. */
        record WrongMethod(List<String> allowed) implements Match {}

        record Unknown() implements Match {}
    }

    Routes(List<Route> table) {
        this.table = List.copyOf(table);
    }

    Match match(String method, List<String> segments) {
        List<String> allowed = new ArrayList<>();
        for (Route route : table) {
            Optional<List<String>> variables = route.match(segments);
            if (variables.isPresent()) {
                if (route.method().equals(method)) {
                    return new Match.Found(route, variables.get());
                }
                if (route.others() == Route.OtherMethods.NAMED) {
                    allowed.add(route.method());
                }
            }
        }
        return allowed.isEmpty() ? new Match.Unknown() : new Match.WrongMethod(allowed);
    }
}
