package glance.server;

import glance.config.OptionGroup;
import glance.quota.Quotas;
import glance.server.filter.CorsConfig;
import glance.server.filter.HealthcheckConfig;
import glance.server.log.LogConfig;
import java.util.List;

/** Every option of {@code glance-api}, group by group in the order of the sample file. An option that is missing here is unknown. */
public final class OptionCatalogue {
    /** The groups. Several may share a section. */
    public static final List<OptionGroup> GROUPS =
            List.of(Quotas.OPTIONS, LogConfig.OPTIONS, Pipeline.OPTIONS, CorsConfig.OPTIONS, HealthcheckConfig.OPTIONS);

    private OptionCatalogue() {}
}
