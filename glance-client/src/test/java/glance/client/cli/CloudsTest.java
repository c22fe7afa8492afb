package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudsTest {
    @TempDir
    Path directory;

    @BeforeEach
    void writeClouds() throws IOException {
        Files.writeString(directory.resolve("clouds.yaml"), """
                clouds:
                  red:
                    auth:
                      auth_url: http://id.example.test:5000
                      username: ann
                      project_name: p-red
                      user_domain_name: Default
                    region_name: one
                    verify: false
                    api_timeout: 30
                  blue:
                    auth_type: v3applicationcredential
                    auth: {auth_url: "http://id.example.test:5000", application_credential_id: ac}
                    regions: [two, three]
                """);
        Files.writeString(directory.resolve("secure.yaml"), "clouds: {red: {auth: {password: s3cret}}}");
    }

    private @Nullable Map<String, String> chosen(Map<String, String> environment, String... words) {
        return Clouds.chosen(Parser.parseLeading(GlobalOptions.grammar(), List.of(words)), terminal(environment));
    }

    private Terminal terminal(Map<String, String> environment) {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Terminal(
                null,
                false,
                OptionalLong.empty(),
                nowhere,
                false,
                nowhere,
                environment,
                directory.resolve("home"),
                directory);
    }

    @Test
    void aNamedCloudBringsLoginAndSecret() {
        assertThat(chosen(Map.of(), "--os-cloud", "red"))
                .containsEntry("--os-auth-url", "http://id.example.test:5000")
                .containsEntry("--os-username", "ann")
                .containsEntry("--os-password", "s3cret")
                .containsEntry("--os-user-domain-name", "Default")
                .containsEntry("--os-region-name", "one")
                .containsEntry("--insecure", "true")
                .containsEntry("--timeout", "30");
    }

    @Test
    void theVariableNamesACloudToo() {
        assertThat(chosen(Map.of("OS_CLOUD", "blue")))
                .containsEntry("--os-auth-type", "v3applicationcredential")
                .containsEntry("--os-application-credential-id", "ac")
                .containsEntry("--os-region-name", "two");
    }

    @Test
    void nothingIsChosenAmongSeveralOrBesideALoginInTheEnvironment() throws IOException {
        assertThat(chosen(Map.of())).isNull();
        Files.writeString(directory.resolve("clouds.yaml"), "clouds: {only: {auth: {username: bob}}}");
        Files.delete(directory.resolve("secure.yaml"));
        assertThat(chosen(Map.of())).containsEntry("--os-username", "bob");
        assertThat(chosen(Map.of("OS_USERNAME", "eve"))).isNull();
        assertThat(chosen(Map.of(), "--os-image-url", "http://127.0.0.1:9292")).isNull();
    }

    @Test
    void anUnknownCloudIsAnErrorThatNamesTheOthers() {
        assertThatThrownBy(() -> chosen(Map.of(), "--os-cloud", "green"))
                .hasMessageContaining("'green'")
                .hasMessageContaining("red, blue");
    }

    @Test
    void brokenYamlIsReportedWithoutItsContent() throws IOException {
        Files.writeString(directory.resolve("clouds.yaml"), "clouds:\n  red: {auth: {password: s3cret\n");

        assertThatThrownBy(() -> chosen(Map.of(), "--os-cloud", "red"))
                .hasMessageContaining("clouds.yaml")
                .hasMessageContaining("not valid YAML")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aChosenCloudKeepsTheEnvironmentsLoginOut() {
        Terminal terminal = terminal(Map.of("OS_PROJECT_ID", "other", "OS_CACERT", "/ca.pem"));
        Arguments line = Parser.parseLeading(GlobalOptions.grammar(), List.of("--os-username", "me"));
        Settings settings = new Settings(line, Map.of("--os-username", "ann"), terminal);

        assertThat(settings.get("--os-username")).isEqualTo("me");
        assertThat(settings.get("--os-project-id")).isNull();
        assertThat(settings.get("--os-cacert")).isEqualTo("/ca.pem");
    }
}
