package glance.server;

import static glance.server.FilterName.AUTHTOKEN;
import static glance.server.FilterName.CACHE;
import static glance.server.FilterName.CACHEMANAGE;
import static glance.server.FilterName.CONTEXT;
import static glance.server.FilterName.CORS;
import static glance.server.FilterName.GZIP;
import static glance.server.FilterName.HEALTHCHECK;
import static glance.server.FilterName.HTTP_PROXY_TO_WSGI;
import static glance.server.FilterName.OSPROFILER;
import static glance.server.FilterName.UNAUTHENTICATED_CONTEXT;
import static glance.server.FilterName.VERSIONNEGOTIATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.ConfigurationFiles;
import glance.config.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineTest {
    /** As releases up to 2023.1 shipped it. */
    private static final String PIPELINES = """
            [pipeline:glance-api]
            pipeline = cors healthcheck http_proxy_to_wsgi versionnegotiation osprofiler unauthenticated-context rootapp
            [pipeline:glance-api-keystone]
            pipeline = cors healthcheck http_proxy_to_wsgi versionnegotiation osprofiler authtoken context gzip rootapp
            [pipeline:glance-api-own]
            pipeline = cors audit authtoken context
              rootapp
            [composite:rootapp]
            paste.composite_factory = glance.api:root_app_factory
            /: apiversions
            /v2: apiv2app
            [app:apiversions]
            paste.app_factory = glance.api.versions:create_resource
            [app:apiv2app]
            paste.app_factory = glance.api.v2.router:API.factory
            [filter:healthcheck]
            paste.filter_factory = oslo_middleware:Healthcheck.factory
            backends = disable_by_file
            disable_by_file_path = /etc/glance/healthcheck_disable
            [filter:versionnegotiation]
            paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory
            [filter:authtoken]
            paste.filter_factory = keystonemiddleware.auth_token:filter_factory
            delay_auth_decision = true
            [filter:gzip]
            paste.filter_factory = glance.api.middleware.gzip:GzipMiddleware.factory
            [filter:audit]
            paste.filter_factory = keystonemiddleware.audit:filter_factory
            [filter:cors]
            use = egg:oslo.middleware#cors
            oslo_config_project = glance
            """;

    /** As releases since 2023.2 ship it. */
    private static final String COMPOSITES = """
            [composite:glance-api]
            paste.composite_factory = glance.api:root_app_factory
            /: api
            /healthcheck: healthcheck
            [composite:glance-api-keystone+cachemanagement]
            paste.composite_factory = glance.api:root_app_factory
            /: api
            /health: healthcheck
            [composite:api]
            paste.composite_factory = glance.api:pipeline_factory
            default = cors http_proxy_to_wsgi versionnegotiation osprofiler unauthenticated-context rootapp
            keystone+cachemanagement = cors http_proxy_to_wsgi versionnegotiation authtoken context cache cachemanage rootapp
            [composite:rootapp]
            paste.composite_factory = glance.api:root_app_factory
            /: apiversions
            /v2: apiv2app
            [app:apiversions]
            paste.app_factory = glance.api.versions:create_resource
            [app:apiv2app]
            paste.app_factory = glance.api.v2.router:API.factory
            [app:healthcheck]
            paste.app_factory = oslo_middleware:Healthcheck.app_factory
            backends = disable_by_file
            """;

    /** The registry's, as the last release that had one shipped it. */
    private static final String REGISTRY = """
            [pipeline:glance-registry]
            pipeline = healthcheck osprofiler unauthenticated-context registryapp
            [pipeline:glance-registry-keystone]
            pipeline = healthcheck osprofiler authtoken context registryapp
            [pipeline:glance-registry-trusted-auth]
            pipeline = healthcheck osprofiler context registryapp
            [app:registryapp]
            paste.app_factory = glance.registry.api:API.factory
            [filter:healthcheck]
            paste.filter_factory = oslo_middleware:Healthcheck.factory
            backends = disable_by_file
            [filter:context]
            paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
            [filter:unauthenticated-context]
            paste.filter_factory = glance.api.middleware.context:UnauthenticatedContextMiddleware.factory
            [filter:authtoken]
            paste.filter_factory = keystonemiddleware.auth_token:filter_factory
            [filter:osprofiler]
            paste.filter_factory = osprofiler.web:WsgiMiddleware.factory
            """;

    @TempDir
    Path directory;

    private Pipeline find(String flavor, String lines) throws IOException {
        Path file = Files.writeString(
                directory.resolve("glance-api.conf"), "[paste_deploy]\nflavor = " + flavor + "\n" + lines);
        Configuration configuration = ConfigurationFiles.of(List.of("glance-api"), Map.of(), List.of())
                .withFile(file)
                .load(List.of(Pipeline.OPTIONS))
                .configuration();
        return Pipeline.find(configuration, "glance-api");
    }

    private Pipeline withPasteFile(String text, String flavor) throws IOException {
        Files.writeString(directory.resolve("glance-api-paste.ini"), text);
        return find(flavor, "");
    }

    @ParameterizedTest
    @CsvSource({
        "'',                            UNAUTHENTICATED_CONTEXT",
        "caching,                       UNAUTHENTICATED_CONTEXT CACHE",
        "cachemanagement,               UNAUTHENTICATED_CONTEXT CACHE CACHEMANAGE",
        "keystone,                      AUTHTOKEN CONTEXT",
        "keystone+caching,              AUTHTOKEN CONTEXT CACHE",
        "keystone+cachemanagement,      AUTHTOKEN CONTEXT CACHE CACHEMANAGE",
        "trusted-auth,                  CONTEXT",
        "trusted-auth+cachemanagement,  CONTEXT CACHE CACHEMANAGE"
    })
    void withoutAPasteFileTheBuiltInChainsApply(String flavor, String inner) throws IOException {
        List<FilterName> filters = find(flavor, "").filters();
        assertThat(filters.subList(0, 5))
                .containsExactly(HEALTHCHECK, CORS, HTTP_PROXY_TO_WSGI, VERSIONNEGOTIATION, OSPROFILER);
        assertThat(filters.subList(5, filters.size()).stream().map(FilterName::name))
                .containsExactly(inner.split(" ", -1));
    }

    private Pipeline findOfRegistry(String flavor) throws IOException {
        Path file = Files.writeString(
                directory.resolve("glance-registry.conf"), "[paste_deploy]\nflavor = " + flavor + "\n");
        Configuration configuration = ConfigurationFiles.of(List.of("glance-registry"), Map.of(), List.of())
                .withFile(file)
                .load(OptionCatalogue.REGISTRY_GROUPS)
                .configuration();
        return Pipeline.find(configuration, Pipeline.REGISTRY);
    }

    @ParameterizedTest
    @CsvSource({"'', UNAUTHENTICATED_CONTEXT", "keystone, AUTHTOKEN CONTEXT", "trusted-auth, CONTEXT"})
    void theRegistrysChainsAreTheSameWithAndWithoutItsPasteFile(String flavor, String inner) throws IOException {
        List<FilterName> builtIn = findOfRegistry(flavor).filters();
        Files.writeString(directory.resolve("glance-registry-paste.ini"), REGISTRY);
        assertThat(findOfRegistry(flavor).filters()).isEqualTo(builtIn);
        assertThat(builtIn.stream().map(FilterName::name))
                .containsExactly(("HEALTHCHECK OSPROFILER " + inner).split(" ", -1));
    }

    @Test
    void theRegistryHasNoFlavorsOfTheApi() {
        assertThatThrownBy(() -> findOfRegistry("keystone+caching"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("accepted: (empty), keystone, trusted-auth");
    }

    @Test
    void anUnknownFlavorNamesTheAcceptedOnes() throws IOException {
        assertThatThrownBy(() -> find("keystome", ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'keystome'")
                .hasMessageContaining("(empty), caching")
                .hasMessageContaining("keystone+cachemanagement");
        assertThatThrownBy(() -> withPasteFile(PIPELINES, "keystome"))
                .hasMessageContaining("glance-api-paste.ini; accepted: (empty), keystone, own");
    }

    @Test
    void pipelinesAreReadAsReleasesUpTo20231WroteThem() throws IOException {
        Pipeline pipeline = withPasteFile(PIPELINES, "keystone");
        assertThat(pipeline.filters())
                .containsExactly(
                        CORS,
                        HEALTHCHECK,
                        HTTP_PROXY_TO_WSGI,
                        VERSIONNEGOTIATION,
                        OSPROFILER,
                        AUTHTOKEN,
                        CONTEXT,
                        GZIP);
        assertThat(pipeline.optionsOf(AUTHTOKEN)).containsExactly(Map.entry("delay_auth_decision", "true"));
        assertThat(pipeline.optionsOf(CORS)).containsExactly(Map.entry("oslo_config_project", "glance"));
        assertThat(pipeline.optionsOf(CONTEXT)).isEmpty();
        assertThat(pipeline.findings()).isEmpty();
        assertThat(withPasteFile(PIPELINES, "").filters()).endsWith(OSPROFILER, UNAUTHENTICATED_CONTEXT);
    }

    @Test
    void compositesAreReadAsReleasesSince20232WriteThem() throws IOException {
        Pipeline pipeline = withPasteFile(COMPOSITES, "keystone+cachemanagement");
        assertThat(pipeline.filters())
                .containsExactly(
                        HEALTHCHECK,
                        CORS,
                        HTTP_PROXY_TO_WSGI,
                        VERSIONNEGOTIATION,
                        AUTHTOKEN,
                        CONTEXT,
                        CACHE,
                        CACHEMANAGE);
        assertThat(pipeline.optionsOf(HEALTHCHECK))
                .containsOnly(Map.entry("backends", "disable_by_file"), Map.entry("path", "/health"));
        assertThat(withPasteFile(COMPOSITES, "").filters())
                .containsExactly(
                        HEALTHCHECK, CORS, HTTP_PROXY_TO_WSGI, VERSIONNEGOTIATION, OSPROFILER, UNAUTHENTICATED_CONTEXT);
    }

    @Test
    void anUnknownFilterIsLeftOutWithAWarning() throws IOException {
        Pipeline pipeline = withPasteFile(PIPELINES, "own");
        assertThat(pipeline.filters()).containsExactly(CORS, AUTHTOKEN, CONTEXT);
        assertThat(pipeline.findings())
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.message()).contains("glance-api-paste.ini:27: unknown filter 'audit'"));
    }

    @Test
    void anUnknownEggIsAnError() {
        assertThatThrownBy(() -> withPasteFile(PIPELINES.replace("#cors", "#mine"), "keystone"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("egg:oslo.middleware#mine");
    }

    @Test
    void trustInIdentityHeadersIsWarnedOf() throws IOException {
        assertThat(find("trusted-auth", "").findings())
                .singleElement()
                .extracting(Finding::kind)
                .isEqualTo(Finding.Kind.RISKY);
        assertThat(find("keystone", "").findings()).isEmpty();
    }

    @Test
    void aPasteFileNamedMustExist() throws IOException {
        assertThatThrownBy(() -> find("", "config_file = my-paste.ini"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'my-paste.ini'");
        Files.writeString(directory.resolve("my-paste.ini"), PIPELINES);
        assertThat(find("keystone", "config_file = my-paste.ini").filters()).contains(GZIP);
    }

    @Test
    void aPipelineThatEndsInNoApplicationIsAnError() {
        assertThatThrownBy(() -> withPasteFile("[pipeline:glance-api]\npipeline = cors nothing\n", ""))
                .hasMessageContaining("'nothing', which is no application");
        assertThatThrownBy(() -> withPasteFile("[pipeline:glance-api]\npipeline = cors glance-api\n", ""))
                .hasMessageContaining("refers to itself");
    }
}
