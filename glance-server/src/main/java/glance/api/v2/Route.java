package glance.api.v2;

import glance.http.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line of the route table.
 *
 * @param template segments below {@code /v2/}; {@code *} matches any one segment that is not empty
 * @param name labels metrics and log lines
 * @param body whether a request body is refused with 400
 * @param others what other methods on this path get, when no route has them
 */
record Route(String method, List<String> template, String name, Body body, OtherMethods others, Action action) {
    /** What becomes of a request body. */
    enum Body {
        /** Read or ignored by the action. */
        ALLOWED,
        /** A request that carries one is refused. */
        REFUSED
    }

    /** The answer to a method that no route has. */
    enum OtherMethods {
        /** 405 with the methods there are. */
        NAMED,
        /** 404, as if there were no such path. */
        NOT_FOUND
    }

    /** Decode, call the use case, encode. */
    @FunctionalInterface
    interface Action {
        Response answer(Call call) throws IOException;
    }

    static Route taking(String method, String template, String name, Action action) {
        return new Route(method, List.of(template.split("/", -1)), name, Body.ALLOWED, OtherMethods.NAMED, action);
    }

    static Route bodiless(String method, String template, String name, Action action) {
        return new Route(method, List.of(template.split("/", -1)), name, Body.REFUSED, OtherMethods.NAMED, action);
    }

    /** This route, alone on a path that looks absent to other methods. */
    Route hidingOtherMethods() {
        return new Route(method, template, name, body, OtherMethods.NOT_FOUND, action);
    }

    /** The variable segments when the path fits the template. */
    Optional<List<String>> match(List<String> segments) {
        if (segments.size() != template.size()) {
            return Optional.empty();
        }
        List<String> variables = new ArrayList<>(2);
        for (int i = 0; i < template.size(); i++) {
            String expected = template.get(i);
            String segment = segments.get(i);
            if (expected.equals("*") && !segment.isEmpty()) {
                variables.add(segment);
            } else if (!expected.equals(segment)) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
