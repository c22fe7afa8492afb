package glance.api;

import glance.error.GlanceException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The parameters of a query string in order, repeated ones included. */
public record QueryString(List<Parameter> parameters) {
    public record Parameter(String name, String value) {}

    public QueryString {
        parameters = List.copyOf(parameters);
    }

    /**
     * Reads form-style parameters; one without {@code =} has an empty value.
     *
     * @throws GlanceException.InvalidRequest when the text is no UTF-8 or holds NUL, which no column does
     */
    public static QueryString parse(String raw) {
        List<Parameter> parameters = new ArrayList<>();
        for (String part : raw.split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                parameters.add(
                        equals < 0
                                ? new Parameter(decoded(part), "")
                                : new Parameter(
                                        decoded(part.substring(0, equals)), decoded(part.substring(equals + 1))));
            }
        }
        return new QueryString(parameters);
    }

    /** The last value given, as upstream takes it. */
    public Optional<String> last(String name) {
        return all(name).reduce((earlier, later) -> later);
    }

    public Stream<String> all(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value);
    }

    /** These without any of that name. */
    public QueryString without(String name) {
        return new QueryString(parameters.stream()
                .filter(parameter -> !parameter.name().equals(name))
                .toList());
    }

    /** These and one more at the end. */
    public QueryString with(String name, String value) {
        List<Parameter> more = new ArrayList<>(parameters);
        more.add(new Parameter(name, value));
        return new QueryString(more);
    }

    /** {@code path}, followed by the parameters encoded form-style. */
    public String appendedTo(String path) {
        if (parameters.isEmpty()) {
            return path;
        }
        StringBuilder link = new StringBuilder(path);
        char separator = '?';
        for (Parameter parameter : parameters) {
            link.append(separator)
                    .append(URLEncoder.encode(parameter.name(), StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(parameter.value(), StandardCharsets.UTF_8));
            separator = '&';
        }
        return link.toString();
    }

    private static String decoded(String part) {
        String text = PathSegments.utf8(part.replace('+', ' '))
                .orElseThrow(() -> new GlanceException.InvalidRequest("The query string is not valid UTF-8"));
        if (text.indexOf(0) >= 0) {
            throw new GlanceException.InvalidRequest("The query string holds a NUL character");
        }
        return text;
    }
}
