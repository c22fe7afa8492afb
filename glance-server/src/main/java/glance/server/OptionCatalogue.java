package glance.server;

import glance.api.v2.ApiConfig;
import glance.api.versions.Versions;
import glance.auth.keystone.KeystoneIdentity;
import glance.config.OptionGroup;
import glance.http.HttpServerConfig;
import glance.image.transfer.HashAlgorithm;
import glance.policy.PolicyConfig;
import glance.quota.Quotas;
import glance.registry.sql.DatabaseConfig;
import glance.server.filter.CorsConfig;
import glance.server.filter.HealthcheckConfig;
import glance.server.log.LogConfig;
import glance.store.StoresConfig;
import glance.store.file.FileStoreDriver;
import java.util.List;

/** Every option of {@code glance-api}, group by group in the order of the sample file. An option that is missing here is unknown. */
public final class OptionCatalogue {
    /** The groups. Several may share a section. */
    public static final List<OptionGroup> GROUPS = List.of(
            HttpServerConfig.OPTIONS,
            ServerConfig.OPTIONS,
            Versions.OPTIONS,
            ApiConfig.OPTIONS,
            Quotas.OPTIONS,
            HashAlgorithm.OPTIONS,
            StoresConfig.DEFAULT_OPTIONS,
            DatabaseConfig.KEY_OPTIONS,
            LogConfig.OPTIONS,
            DatabaseConfig.OPTIONS,
            StoresConfig.STORE_OPTIONS,
            FileStoreDriver.OPTIONS,
            ApiConfig.FORMAT_OPTIONS,
            Pipeline.OPTIONS,
            KeystoneIdentity.OPTIONS,
            PolicyConfig.OPTIONS,
            ServerConfig.PROXY_OPTIONS,
            CorsConfig.OPTIONS,
            HealthcheckConfig.OPTIONS,
            ServerConfig.METRICS_OPTIONS);

    private OptionCatalogue() {}
}
