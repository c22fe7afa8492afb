package glance.api;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The shapes an error body has. */
enum ErrorFormat {
    HTML("text/html; charset=UTF-8") {
        @Override
        String render(int status, String title, String reason) {
            String line = status + " " + title;
            return "<html>\n <head>\n  <title>" + line + "</title>\n </head>\n <body>\n  <h1>" + line + "</h1>\n  "
                    + escaped(reason) + "<br /><br />\n\n\n\n </body>\n</html>";
        }
    },
    JSON("application/json") {
        @Override
        String render(int status, String title, String reason) {
            return "{\"message\": " + quoted(reason + "<br /><br />\n\n\n") + ", \"code\": "
                    + quoted(status + " " + title) + ", \"title\": " + quoted(title) + "}";
        }
    },
    PLAIN("text/plain; charset=UTF-8") {
        @Override
        String render(int status, String title, String reason) {
            return status + " " + title + "\n\n" + reason + "\n\n   ";
        }
    };

    /** One element of an Accept header: a range and perhaps parameters. */
    private static final Pattern ELEMENT =
            Pattern.compile("\\s*([\\w!#$%&'*+.^`|~-]+)/([\\w!#$%&'*+.^`|~-]+)\\s*(;[^,]*)?");

    private static final Pattern QUALITY = Pattern.compile(";\\s*q=([01](?:\\.\\d{0,3})?)\\s*(?:;|$)");

    private final String contentType;

    ErrorFormat(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    abstract String render(int status, String title, String reason);

    /** HTML or JSON, whichever the client likes better, HTML when equal; plain text when it named neither. */
    static ErrorFormat accepted(List<String> accept) {
        String joined = String.join(",", accept);
        if (joined.isBlank()) {
            return PLAIN;
        }
        double html = 0;
        double json = 0;
        for (String element : joined.split(",", -1)) {
            if (element.isBlank()) {
                continue;
            }
            Matcher matcher = ELEMENT.matcher(element);
            if (!matcher.matches()) {
                return HTML;
            }
            String range = (matcher.group(1) + "/" + matcher.group(2)).toLowerCase(Locale.ROOT);
            double quality = quality(matcher.group(3));
            if (range.equals("*/*") || range.equals("text/*") || range.equals("text/html")) {
                html = Math.max(html, quality);
            }
            if (range.equals("*/*") || range.equals("application/*") || range.equals("application/json")) {
                json = Math.max(json, quality);
            }
        }
        if (html == 0 && json == 0) {
            return PLAIN;
        }
        return html >= json ? HTML : JSON;
    }

    private static double quality(@Nullable String parameters) {
        if (parameters == null) {
            return 1;
        }
        Matcher matcher = QUALITY.matcher(parameters);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 1;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A JSON string. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                default -> {
                    if (c < ' ') {
                        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }
}
