package glance.auth.keystone;

import java.util.Arrays;

/**
 * One request that an application credential may make.
 *
 * @param service service type, e.g. {@code image}
 * @param path a pattern: {@code *} and <code>{name}</code> stand for one or more characters of one segment, {@code **} for
 *     anything
 */
record AccessRule(String service, String method, String path) {
    /** An encoded slash separates segments here as it does where requests are routed: no {@code *} reaches across it. */
    boolean allows(String requestMethod, String requestPath) {
        return method.equals(requestMethod)
                && matches(requestPath.replace("%2F", "/").replace("%2f", "/"));
    }

    /**
     * Walks the pattern once and keeps every length of the request's path that the part walked can match, so that no pattern
     * takes more than the product of both lengths.
     */
    private boolean matches(String request) {
        boolean[] ends = new boolean[request.length() + 1];
        ends[0] = true;
        int i = 0;
        while (i < path.length()) {
            if (path.startsWith("**", i)) {
                anything(ends);
                i += 2;
            } else if (path.charAt(i) == '*') {
                withinSegment(ends, request);
                i++;
            } else if (path.charAt(i) == '{' && path.indexOf('}', i) > 0) {
                withinSegment(ends, request);
                i = path.indexOf('}', i) + 1;
            } else {
                character(ends, request, path.charAt(i));
                i++;
            }
        }
        return ends[request.length()];
    }

    private static void anything(boolean[] ends) {
        int first = 0;
        while (first < ends.length && !ends[first]) {
            first++;
        }
        Arrays.fill(ends, first, ends.length, true);
    }

    private static void withinSegment(boolean[] ends, String request) {
        boolean open = false;
        for (int end = 0; end < ends.length; end++) {
            open = open && request.charAt(end - 1) != '/';
            boolean starts = ends[end];
            ends[end] = open;
            open = open || starts;
        }
    }

    private static void character(boolean[] ends, String request, char wanted) {
        for (int end = request.length(); end > 0; end--) {
            ends[end] = ends[end - 1] && request.charAt(end - 1) == wanted;
        }
        ends[0] = false;
    }
}
