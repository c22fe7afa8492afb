package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.http.Headers;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operation by status, as the state machine's table has it. */
class StatusMatrixTest {
    private static final List<ImageStatus> COLUMNS = List.of(
            ImageStatus.QUEUED,
            ImageStatus.SAVING,
            ImageStatus.UPLOADING,
            ImageStatus.IMPORTING,
            ImageStatus.ACTIVE,
            ImageStatus.DEACTIVATED,
            ImageStatus.KILLED);

    /** What an owner sends. */
    enum Operation {
        SHOW("GET", "", "", ""),
        RENAME("PATCH", "", TestApi.V21, "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"x\"}]"),
        CHANGE_FORMAT("PATCH", "", TestApi.V21, "[{\"op\":\"replace\",\"path\":\"/disk_format\",\"value\":\"raw\"}]"),
        TAG("PUT", "/tags/new", "", ""),
        UPLOAD("PUT", "/file", "application/octet-stream", "bytes"),
        DOWNLOAD("GET", "/file", "", ""),
        DEACTIVATE("POST", "/actions/deactivate", "", ""),
        REACTIVATE("POST", "/actions/reactivate", "", ""),
        SHARE("POST", "/members", "", "{\"member\":\"p-blue\"}"),
        IMPORT("POST", "/import", "", "{\"method\":{\"name\":\"web-download\"}}"),
        STAGE("PUT", "/stage", "application/octet-stream", "bytes"),
        DELETE("DELETE", "", "", "");

        private final String method;
        private final String below;
        private final String contentType;
        private final String body;

        Operation(String method, String below, String contentType, String body) {
            this.method = method;
            this.below = below;
            this.contentType = contentType;
            this.body = body;
        }
    }

    private final TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    static Stream<Arguments> cells() {
        return Stream.of(
                        row(Operation.SHOW, 200, 200, 200, 200, 200, 200, 200),
                        row(Operation.RENAME, 200, 200, 200, 200, 200, 200, 200),
                        row(Operation.CHANGE_FORMAT, 200, 403, 403, 200, 403, 403, 403),
                        row(Operation.TAG, 204, 204, 204, 204, 204, 204, 204),
                        row(Operation.UPLOAD, 204, 409, 409, 409, 409, 409, 409),
                        row(Operation.DOWNLOAD, 204, 204, 204, 204, 200, 403, 204),
                        row(Operation.DEACTIVATE, 403, 403, 403, 403, 204, 204, 403),
                        row(Operation.REACTIVATE, 403, 403, 403, 403, 204, 204, 403),
                        row(Operation.SHARE, 200, 200, 200, 200, 200, 200, 200),
                        // No import method is enabled, which is told before the image is looked at.
                        row(Operation.IMPORT, 400, 400, 400, 400, 400, 400, 400),
                        row(Operation.STAGE, 404, 404, 404, 404, 404, 404, 404),
                        row(Operation.DELETE, 204, 204, 204, 204, 204, 204, 204))
                .flatMap(cells -> cells);
    }

    private static Stream<Arguments> row(Operation operation, int... codes) {
        return Stream.iterate(0, i -> i + 1)
                .limit(COLUMNS.size())
                .map(i -> Arguments.of(operation, COLUMNS.get(i), codes[i]));
    }

    @ParameterizedTest(name = "{0} of a {1} image is {2}")
    @MethodSource("cells")
    void answersAsTheTableSays(Operation operation, ImageStatus status, int code) {
        String id = api.imageIn(status, Visibility.SHARED);
        Headers headers =
                operation.contentType.isEmpty() ? Headers.NONE : Headers.of("Content-Type", operation.contentType);

        int answered = api.call(RED, operation.method, "/v2/images/" + id + operation.below, headers, operation.body)
                .status();

        assertThat(answered).isEqualTo(code);
        if (code >= 400) {
            assertThat(api.stored(id).status()).isEqualTo(status);
        }
    }

    @Test
    void administratorsDownloadDeactivatedData() {
        String id = api.imageIn(ImageStatus.DEACTIVATED, Visibility.SHARED);

        assertThat(api.call(ADMIN, "GET", "/v2/images/" + id + "/file").text()).isEqualTo("0123456789");
    }
}
