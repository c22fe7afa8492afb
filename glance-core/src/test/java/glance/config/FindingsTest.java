package glance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingsTest {
    private static final List<OptionGroup> OPTIONS = List.of(
            new OptionGroup("DEFAULT", "", List.of(Option.flag("debug").orElse(false))),
            new OptionGroup(
                    "database",
                    "",
                    List.of(Option.text("connection")
                            .formerly("DEFAULT", "sql_connection")
                            .formerly("DATABASE", "sql_connection")
                            .formerly("sql", "connection")
                            .formerly("database", "sql_connection"))),
            new OptionGroup(
                    "keystone_authtoken", "", List.of(Option.text("username").formerly("user_name"))),
            new OptionGroup("cors", "", List.of(Option.list("allowed_origin").orElse(List.of()))),
            new OptionGroup(
                    "glance_store",
                    "",
                    List.of(
                            Option.integer("weight").atLeast(0).orElse(0),
                            Option.text("dir").formerly("datadir"))));

    @TempDir
    Path directory;

    private List<Finding> findings(String text) {
        return load(text).findings();
    }

    private ConfigurationFiles.Loaded load(String text) {
        try {
            Path file = Files.writeString(directory.resolve("f.conf"), text);
            return ConfigurationFiles.of(List.of("p"), Map.of(), List.of())
                    .withFile(file)
                    .load(OPTIONS);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String told(String text, Kind kind) {
        List<Finding> findings = findings(text);
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().kind()).isEqualTo(kind);
        return findings.getFirst().message().replace(directory.toString() + "/", "");
    }

    @Test
    void declaredOptionsAreNotRemarkedOn() {
        assertThat(findings("[DEFAULT]\ndebug = yes\n[Database]\nconnection = x\n[cors]\nallowed_origin = *"))
                .isEmpty();
    }

    @Test
    void anUnknownOptionIsToldOnceWithItsFirstPlaceAndWithoutItsValue() {
        assertThat(told("[DEFAULT]\ndebgu = hunter2\ndebgu = b\n", Kind.UNKNOWN))
                .isEqualTo("f.conf:2: unknown option debgu in [DEFAULT] is ignored");
    }

    @Test
    void anUnknownSectionIsToldOnceWhateverIsInIt() {
        assertThat(told("[DEFALT]\na = 1\nb = 2\n[DEFALT]\nc = 3", Kind.UNKNOWN))
                .isEqualTo("f.conf:1: unknown section [DEFALT] is ignored");
        assertThat(told("[default]\ndebug = yes", Kind.UNKNOWN)).contains("upper case");
    }

    @Test
    void aFormerNameIsToldWithThePresentOne() {
        assertThat(told("[DATABASE]\nsql_connection = x", Kind.DEPRECATED))
                .isEqualTo("f.conf:2: option sql_connection in [DATABASE] is deprecated;"
                        + " it is now option connection in [database]");
        assertThat(told("[sql]\nconnection = x", Kind.DEPRECATED)).contains("[database]");
        assertThat(told("[keystone_authtoken]\nuser_name = x", Kind.DEPRECATED))
                .contains("option username in [keystone");
    }

    @Test
    void retiredOptionsSayWhatBecameOfThem() {
        assertThat(told("[DEFAULT]\nowner_is_tenant = true", Kind.WITHOUT_EFFECT))
                .contains("owner_is_tenant")
                .contains("the owner is always the project");
        assertThat(told("[DEFAULT]\nregistry_host = r", Kind.WITHOUT_EFFECT)).contains("registry");
        assertThat(told("[profiler]\nenabled = true", Kind.WITHOUT_EFFECT)).contains("not supported");
    }

    @Test
    void aTypingErrorInASectionWithDeclaredOptionsIsNotTakenForARetiredOption() {
        assertThat(told("[keystone_authtoken]\nusernam = x", Kind.UNKNOWN)).contains("usernam");
    }

    @Test
    void sectionsNamedByTheOperatorHaveTheOptionsOfTheirKind() {
        String text = """
                [DEFAULT]
                enabled_backends = fast:file
                [keystone_authtoken]
                auth_section = service
                [service]
                username = u
                [cors.dashboard]
                allowed_origin = x
                [fast]
                weight = 1
                """;
        assertThat(findings(text))
                .extracting(Finding::message)
                .noneMatch(message -> message.contains("[service]")
                        || message.contains("[cors.dashboard]")
                        || message.contains("[fast]"));
        assertThat(findings(text + "wieght = 1\ndatadir = /x\n"))
                .extracting(Finding::message)
                .anyMatch(message -> message.contains("unknown option wieght in [fast]"))
                .anyMatch(message -> message.contains("it is now option dir in [fast]"));
        assertThatThrownBy(() -> load(text + "weight = -1")).hasMessageContaining("option weight in [fast]: '-1'");
    }

    @Test
    void theFileOf2014IsReadAsItStands() {
        ConfigurationFiles.Loaded loaded = load("""
                [keystone_authtoken]
                auth_uri = http://controller:5000
                auth_host = controller
                auth_port = 35357
                auth_protocol = http
                admin_tenant_name = service
                admin_user = glance
                admin_password = service_pass

                [database]
                sql_connection = mysql://glanceUser:glancePass@controller/glance

                [paste_deploy]
                flavor = keystone
                """);
        Option<String> connection = Option.text("connection").formerly("database", "sql_connection");
        assertThat(loaded.configuration().section("database").get(connection))
                .isEqualTo("mysql://glanceUser:glancePass@controller/glance");
        Section authtoken = loaded.configuration().section("keystone_authtoken");
        assertThat(authtoken.get(Option.port("auth_port"))).isEqualTo(35357);
        assertThat(authtoken.get(Option.text("admin_password"))).isEqualTo("service_pass");
        assertThat(loaded.configuration().section("paste_deploy").get(Option.text("flavor")))
                .isEqualTo("keystone");
        assertThat(loaded.findings())
                .extracting(Finding::message)
                .anyMatch(message -> message.contains("option sql_connection in [database] is deprecated"))
                .noneMatch(message -> message.contains("Pass") || message.contains("service_pass"));
    }
}
