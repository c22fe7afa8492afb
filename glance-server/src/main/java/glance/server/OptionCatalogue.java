package glance.server;

import glance.api.ApiConfig;
import glance.api.registry.RegistryConfig;
import glance.api.versions.Versions;
import glance.auth.keystone.KeystoneIdentity;
import glance.auth.keystone.KeystoneLimits;
import glance.config.OptionDocuments;
import glance.config.OptionGroup;
import glance.fetch.FetchConfig;
import glance.format.ImageFormats;
import glance.http.HttpServerConfig;
import glance.image.CopyConfig;
import glance.image.DeleteConfig;
import glance.image.LocationRules;
import glance.image.ScrubConfig;
import glance.image.transfer.HashAlgorithm;
import glance.policy.PolicyConfig;
import glance.policy.PropertyProtections;
import glance.policy.http.HttpRemoteCheck;
import glance.quota.Quotas;
import glance.registry.sql.DatabaseConfig;
import glance.server.filter.CorsConfig;
import glance.server.filter.HealthcheckConfig;
import glance.server.log.LogConfig;
import glance.store.StoresConfig;
import glance.store.file.FileStoreDriver;
import glance.store.front.SharedReadsConfig;
import glance.store.http.HttpStoreDriver;
import glance.store.rbd.RbdStoreDriver;
import glance.store.remote.PartBudget;
import glance.store.s3.S3Driver;
import glance.store.swift.SwiftDriver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every option of the daemons, group by group in the order of their sample files. An option that is missing here is unknown
 * to the operator's file. Sections whose names operators choose have the options of one that is listed: stores those of
 * {@code [glance_store]}, {@code [cors.NAME]} those of {@code [cors]}.
 */
public final class OptionCatalogue {
    /** The groups. Several may share a section. */
    public static final List<OptionGroup> GROUPS = Stream.of(
                    List.of(
                            HttpServerConfig.OPTIONS,
                            ServerConfig.OPTIONS,
                            LogConfig.OPTIONS,
                            Versions.OPTIONS,
                            ApiConfig.OPTIONS,
                            DeleteConfig.OPTIONS,
                            ScrubConfig.OPTIONS,
                            LocationRules.OPTIONS,
                            Quotas.OPTIONS,
                            PropertyProtections.OPTIONS,
                            HashAlgorithm.OPTIONS,
                            DatabaseConfig.KEY_OPTIONS,
                            RegistryClientConfig.OPTIONS,
                            RegistryIdentity.OPTIONS,
                            StoresConfig.DEFAULT_OPTIONS,
                            DatabaseConfig.OPTIONS,
                            StoresConfig.STORE_OPTIONS,
                            StoresConfig.EVERY_STORE_OPTIONS,
                            FileStoreDriver.OPTIONS,
                            HttpStoreDriver.OPTIONS,
                            RbdStoreDriver.OPTIONS,
                            SwiftDriver.OPTIONS,
                            S3Driver.OPTIONS,
                            SharedReadsConfig.OPTIONS,
                            PartBudget.OPTIONS,
                            FetchConfig.OPTIONS,
                            CopyConfig.OPTIONS,
                            Pipeline.OPTIONS,
                            KeystoneIdentity.OPTIONS,
                            PolicyConfig.OPTIONS,
                            HttpRemoteCheck.OPTIONS,
                            ApiConfig.FORMAT_OPTIONS,
                            ImageFormats.OPTIONS,
                            CorsConfig.OPTIONS,
                            HealthcheckConfig.OPTIONS,
                            ServerConfig.PROXY_OPTIONS,
                            ServerConfig.METRICS_OPTIONS),
                    KeystoneLimits.OPTIONS)
            .flatMap(List::stream)
            .toList();

    /** The groups of {@code glance-registry}. */
    public static final List<OptionGroup> REGISTRY_GROUPS = List.of(
            HttpServerConfig.optionsWithPort(RegistryService.USUAL_PORT),
            ServerConfig.OPTIONS,
            LogConfig.OPTIONS,
            RegistryClientConfig.REGISTRY_OPTIONS,
            RegistryConfig.OPTIONS,
            DatabaseConfig.KEY_OPTIONS,
            DatabaseConfig.OPTIONS,
            Pipeline.OPTIONS,
            KeystoneIdentity.OPTIONS,
            PolicyConfig.OPTIONS,
            HttpRemoteCheck.OPTIONS,
            CorsConfig.OPTIONS,
            HealthcheckConfig.OPTIONS,
            ServerConfig.PROXY_OPTIONS);

    private OptionCatalogue() {}

    /** The sample file and the reference page of each daemon. */
    static List<OptionDocuments> documents() {
        return List.of(
                new OptionDocuments("glance-api", GROUPS, Path.of("docs", "configuration.md")),
                new OptionDocuments("glance-registry", REGISTRY_GROUPS, Path.of("docs", "configuration-registry.md")));
    }

    /** Writes the documents below the directory given, the root of the repository. */
    public static void main(String... arguments) throws IOException {
        for (OptionDocuments each : documents()) {
            each.write(Path.of(arguments.length == 0 ? "." : arguments[0]));
        }
    }
}
