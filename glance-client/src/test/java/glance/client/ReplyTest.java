package glance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplyTest {
    private static Reply of(InputStream body) {
        return new Reply(200, "OK", Map.of(), body);
    }

    @Test
    void aDocumentWithoutEndIsRefused() throws IOException {
        InputStream blanks = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return length;
            }
        };
        try (Reply reply = of(blanks)) {
            assertThatThrownBy(reply::bytes)
                    .isInstanceOf(IOException.class)
                    .hasMessage("the answer is longer than the limit of 16777216 bytes");
        }
    }

    @Test
    void aDocumentOfTheLimitIsRead() throws IOException {
        try (Reply reply = of(new ByteArrayInputStream(new byte[16 << 20]))) {
            assertThat(reply.bytes()).hasSize(16 << 20);
        }
    }
}
