package glance.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSyslogTest {
    /** Prints each datagram as a line: the JDK cannot receive them. */
    private static final String RECEIVER = """
            import socket, sys
            sys.stdout.reconfigure(encoding="utf-8")
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.settimeout(30)
            s.bind(sys.argv[1])
            print("ready", flush=True)
            while True:
                print(s.recv(65536).decode(), flush=True)
            """;

    @TempDir
    Path directory;

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void linesArriveWithTheirPriorityAlsoAfterTheSystemLogWasRestarted() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 receives the datagrams");
        Path socket = directory.resolve("log");
        try (LocalSyslog syslog = new LocalSyslog(socket, LocalSyslog.facility("local0"))) {
            for (String text : List.of("first ü", "after a restart")) {
                Process receiver = new ProcessBuilder("/usr/bin/python3", "-c", RECEIVER, socket.toString()).start();
                try (BufferedReader received = receiver.inputReader(StandardCharsets.UTF_8)) {
                    assertThat(received.readLine()).isEqualTo("ready");
                    syslog.write(Sink.Severity.WARNING, line(text));
                    assertThat(received.readLine()).isEqualTo("<132>" + text);
                } finally {
                    receiver.destroyForcibly();
                    Files.deleteIfExists(socket);
                }
            }
        }
    }

    @Test
    void aSystemLogThatIsNotThereIsAnErrorNamingItsSocket() {
        Path socket = directory.resolve("none");
        try (LocalSyslog syslog = new LocalSyslog(socket, 1)) {
            assertThatThrownBy(() -> syslog.write(Sink.Severity.INFO, line("x")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(socket.toString());
        }
    }

    @Test
    void facilitiesAreNamedAsUpstreamNamesThem() {
        assertThat(LocalSyslog.facility("LOG_USER")).isEqualTo(1);
        assertThat(LocalSyslog.facility("daemon")).isEqualTo(3);
        assertThat(LocalSyslog.facility("LOG_LOCAL7")).isEqualTo(23);
        assertThatThrownBy(() -> LocalSyslog.facility("LOG_OTHER"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("LOG_OTHER");
    }
}
