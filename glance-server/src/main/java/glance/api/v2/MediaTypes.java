package glance.api.v2;

import org.jspecify.annotations.Nullable;

/** Content-Type headers as the reference compares them. */
final class MediaTypes {
    private MediaTypes() {}

    /** The type alone, letter case kept; empty when there is no header. */
    static String withoutParameters(@Nullable String contentType) {
        if (contentType == null) {
            return "";
        }
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip();
    }
}
