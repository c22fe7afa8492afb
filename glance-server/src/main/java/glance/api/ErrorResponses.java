package glance.api;

import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import java.nio.charset.StandardCharsets;

/**
 * The one renderer of refusals and failures. Bodies look as WebOb's do, because clients take them apart:
 * python-glanceclient strips the tags of the HTML page, openstacksdk reads {@code message} of the JSON.
 */
public final class ErrorResponses {
    private ErrorResponses() {}

    /** The answer to a failure. */
    public static Response of(GlanceException failure, Request request) {
        return of(statusOf(failure), failure.reason(), request);
    }

    /** The answer with {@code status} that tells {@code reason}, in the content type the request accepts. */
    public static Response of(int status, String reason, Request request) {
        ErrorFormat format = "HEAD".equals(request.method())
                ? ErrorFormat.HTML
                : ErrorFormat.accepted(request.headers().all("Accept"));
        Headers headers = Headers.of("Content-Type", format.contentType());
        if ("HEAD".equals(request.method())) {
            return new Response.Empty(status, headers);
        }
        // Lone surrogates from quoted input become '?' here; nothing that follows can fail on them.
        return new Response.Bytes(
                status, headers, format.render(status, titleOf(status), reason).getBytes(StandardCharsets.UTF_8));
    }

    /** A refusal as Keystone itself words it: one JSON form whatever the request accepts (Identity API v3, Errors). */
    public static Response ofIdentity(GlanceException.Unauthenticated refused, Request request) {
        Headers headers = Headers.of("Content-Type", "application/json; charset=UTF-8");
        if ("HEAD".equals(request.method())) {
            return new Response.Empty(401, headers);
        }
        String body = "{\"error\": {\"code\": 401, \"title\": \"Unauthorized\", \"message\": "
                + ErrorFormat.quoted(refused.reason()) + "}}";
        return new Response.Bytes(401, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The only place a failure becomes a status. No default: a new kind does not compile until it is answered. */
    public static int statusOf(GlanceException failure) {
        return switch (failure) {
            case GlanceException.InvalidRequest _ -> 400;
            case GlanceException.Unauthenticated _ -> 401;
            case GlanceException.Forbidden _ -> 403;
            case GlanceException.NotFound _ -> 404;
            case GlanceException.Conflict _ -> 409;
            case GlanceException.Gone _ -> 410;
            case GlanceException.LimitExceeded _ -> 413;
            case GlanceException.UnsupportedMedia _ -> 415;
            case GlanceException.RangeNotSatisfiable _ -> 416;
            case GlanceException.HeaderTooLarge _ -> 431;
            case GlanceException.Unavailable _ -> 503;
        };
    }

    private static String titleOf(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 412 -> "Precondition Failed";
            case 413 -> "Request Entity Too Large";
            case 414 -> "Request URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 416 -> "Requested Range Not Satisfiable";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "Error";
        };
    }
}
