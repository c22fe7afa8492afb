package glance.api.registry;

import glance.api.ApiConfig;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.util.List;

/**
 * What {@code glance-registry} serves.
 *
 * @param rest whether upstream's REST v1 is served
 * @param rpc whether {@code POST /rpc} takes upstream's commands; those of this service's own API servers it takes always
 * @param maxPage images a page of REST v1 may have at most; more are cut silently
 * @param defaultPage images on a page when the request names no limit
 */
public record RegistryConfig(boolean rest, boolean rpc, int maxPage, int defaultPage) {
    private static final Option<Boolean> REST =
            Option.flag("enable_v1_registry").orElse(true).help("Serves REST v1, which upstream's API v1 speaks.");
    private static final Option<Boolean> RPC = Option.flag("enable_v2_registry")
            .orElse(true)
            .help("Takes upstream's commands on POST /rpc. Those of this service's own API servers are taken always.");

    /** The options, all in {@code DEFAULT}. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "DEFAULT", "What is served.", List.of(REST, RPC, ApiConfig.API_LIMIT_MAX, ApiConfig.LIMIT_PARAM_DEFAULT));

    /** Reads {@code [DEFAULT]}. */
    public static RegistryConfig from(Section section) {
        return new RegistryConfig(
                section.get(REST),
                section.get(RPC),
                section.get(ApiConfig.API_LIMIT_MAX),
                section.get(ApiConfig.LIMIT_PARAM_DEFAULT));
    }
}
