package glance.server;

import static org.assertj.core.api.Assertions.assertThat;

import glance.config.Configuration;
import glance.config.ConfigurationFiles;
import glance.config.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionCatalogueTest {
    @TempDir
    Path directory;

    private ConfigurationFiles.Loaded load(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("glance-api.conf"), text);
        return ConfigurationFiles.of(List.of("glance-api"), Map.of(), List.of())
                .withFile(file)
                .load(OptionCatalogue.GROUPS);
    }

    /** The sample file with every option taken in reads as the defaults say, and nothing in it is unknown. */
    @Test
    void theSampleFileWithEveryOptionTakenInIsUsable() throws IOException {
        String sample = Files.readString(Path.of("../etc/glance-api.conf.sample"));
        String takenIn = sample.lines()
                .map(line -> line.matches("#[a-z_0-9]+ = .*") ? line.substring(1) : line)
                .collect(Collectors.joining("\n"));
        ConfigurationFiles.Loaded loaded = load(takenIn);
        assertThat(loaded.findings()).isEmpty();
        Configuration defaults = load("").configuration();
        OptionCatalogue.GROUPS.forEach(group -> group.options()
                .forEach(option -> assertThat(
                                loaded.configuration().section(group.section()).find(option))
                        .as("option %s in [%s]", option, group.section())
                        .isEqualTo(defaults.section(group.section()).find(option))));
    }

    @Test
    void theFileOf2014IsUsableAndItsPipelineIsKeystones() throws IOException {
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
        assertThat(loaded.findings())
                .extracting(Finding::kind)
                .doesNotContain(Finding.Kind.UNKNOWN, Finding.Kind.RISKY);
        assertThat(Pipeline.find(loaded.configuration(), "glance-api").filters())
                .contains(FilterName.AUTHTOKEN, FilterName.CONTEXT);
    }

    @Test
    void storesNamedByTheOperatorHaveTheOptionsOfStores() throws IOException {
        String text = """
                [DEFAULT]
                enabled_backends = fast:file,slow:file
                [glance_store]
                default_backend = fast
                [fast]
                filesystem_store_datadir = /a
                weight = 2
                [slow]
                filesystem_store_datadir = /b
                store_description = slow one
                [backend_defaults]
                filesystem_store_chunk_size = 4096
                """;
        assertThat(load(text).findings()).isEmpty();
    }
}
