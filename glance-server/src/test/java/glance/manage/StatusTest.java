package glance.manage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
    @TempDir
    private Path directory;

    private String out = "";
    private String err = "";

    @Test
    void aCleanConfigurationPasses() throws IOException {
        assertThat(status("", "upgrade", "check")).isZero();
        assertThat(out).isEqualTo("""
                +----------------------------------------------+
                | Upgrade Check Results                        |
                +----------------------------------------------+
                | Check: Sheepdog Driver Removal               |
                | Result: Success                              |
                | Details: None                                |
                +----------------------------------------------+
                | Check: Policy File JSON to YAML Migration    |
                | Result: Success                              |
                | Details: None                                |
                +----------------------------------------------+
                | Check: Config option owner_is_tenant removal |
                | Result: Success                              |
                | Details: None                                |
                +----------------------------------------------+
                """);
        assertThat(status("", "upgrade", "check", "--json")).isZero();
        assertThat(out)
                .startsWith("{\"name\":\"Upgrade Check Results\",\"checks\":[{\"check\":\"Sheepdog Driver Removal\","
                        + "\"result\":0,\"details\":null}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[DEFAULT] enabled_backends = old:sheepdog,new:file | sheepdog",
                "[glance_store] stores = file,sheepdog | sheepdog",
                "[DEFAULT] owner_is_tenant = false | owner_is_tenant is false",
                "[oslo_policy] policy_file = rules.json | rules.json is JSON",
            })
    void whatDoesNotOutliveAnUpgradeIsTold(String configuration, String told) throws IOException {
        Files.writeString(directory.resolve("rules.json"), "{\"default\": \"role:admin\"}");
        assertThat(status(configuration.replace("] ", "]\n"), "upgrade", "check"))
                .isEqualTo(2);
        assertThat(out).contains("Result: Failure").contains(told);
    }

    @Test
    void whoIsNotUnderstoodIsTold() throws IOException {
        assertThat(status("", "upgrade")).isEqualTo(2);
        assertThat(err).startsWith("usage: glance-status");
        assertThat(status("[DEFAULT]\nbind_port = x", "upgrade", "check")).isEqualTo(255);
        assertThat(err).contains("bind_port");
        assertThat(status("", "--config-file", "nowhere.conf", "upgrade", "check"))
                .isEqualTo(255);
    }

    private int status(String configuration, String... words) throws IOException {
        Path file = Files.writeString(directory.resolve("glance.conf"), configuration + "\n");
        List<String> all = new ArrayList<>(List.of("--config-file", file.toString()));
        all.addAll(List.of(words));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complaint = new ByteArrayOutputStream();
        int status = StatusMain.run(
                all,
                new Answer(
                        new PrintStream(printed, true, StandardCharsets.UTF_8),
                        new PrintStream(complaint, true, StandardCharsets.UTF_8)));
        out = printed.toString(StandardCharsets.UTF_8);
        err = complaint.toString(StandardCharsets.UTF_8);
        return status;
    }
}
