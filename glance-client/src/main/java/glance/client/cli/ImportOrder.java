package glance.client.cli;

import glance.client.ClientException;
import glance.client.HttpFailure;
import glance.client.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an import is to do, as the options of {@code image-import} and {@code image-create-via-import} say it.
 *
 * @param method null when nothing is imported
 * @param stores where to import to, when several are named
 * @param allStores to every store there is
 * @param store the one store, when one is named
 */
record ImportOrder(
        @Nullable String method,
        Arguments given,
        List<String> stores,
        boolean allStores,
        @Nullable String store,
        boolean mayFail) {

    static Grammar declare(Grammar grammar, String methodHelp) {
        return grammar.add(Grammar.text("--import-method", "<METHOD>", methodHelp))
                .add(Grammar.text("--uri", "<IMAGE_URL>", "Where the service fetches the data, for web-download."))
                .add(Grammar.text(
                        "--remote-region", "<REMOTE_REGION>", "Region of the other Glance, for glance-download."))
                .add(Grammar.text(
                        "--remote-image-id", "<REMOTE_IMAGE_ID>", "Image of the other Glance, for glance-download."))
                .add(Grammar.text(
                        "--remote-service-interface",
                        "<REMOTE_SERVICE_INTERFACE>",
                        "Endpoint type of the other Glance, for glance-download; public if not given."))
                .add(Grammar.text("--store", "<STORE>", "Store to import to. Defaults to env[OS_IMAGE_STORE]."))
                .add(Grammar.text(
                        "--stores",
                        "<STORES>",
                        "Stores to import to, comma separated. Defaults to env[OS_IMAGE_STORES]."))
                .add(Grammar.maybeTruth("--all-stores", "Import to all stores there are."))
                .add(Grammar.maybeTruth(
                        "--allow-failure",
                        "With --stores or --all-stores, keep what succeeded when a store failed; true if not given."
                                + " Defaults to env[OS_IMAGE_ALLOW_FAILURE]."));
    }

    /** Reads the options; refuses what contradicts itself or is not offered by the service. */
    static ImportOrder of(Invocation call, @Nullable String method) {
        Arguments given = call.arguments();
        requireOffered(call, method);
        String store = call.textOr("--store", "OS_IMAGE_STORE");
        String several = call.textOr("--stores", "OS_IMAGE_STORES");
        boolean all = Boolean.TRUE.equals(given.truth("--all-stores"));
        if ((store != null && (several != null || all)) || (several != null && all)) {
            throw new ClientException("Only one of --store, --stores and --all-stores can be provided");
        }
        List<String> stores = several == null
                ? List.of()
                : Arrays.stream(several.split(",", -1)).map(String::strip).toList();
        List<String> named = new ArrayList<>(stores);
        if (store != null) {
            named.add(store);
        }
        if (!named.isEmpty()) {
            LocationCommands.requireStores(call, named);
        }
        String allow = call.textOr("--allow-failure", "OS_IMAGE_ALLOW_FAILURE");
        boolean mayFail = allow == null || !Boolean.FALSE.equals(Grammar.truthOf(allow));
        return new ImportOrder(method, given, stores, all, store, mayFail);
    }

    private static void requireOffered(Invocation call, @Nullable String method) {
        JsonNode offered;
        try {
            offered = call.client().info("import").path("import-methods").path("value");
        } catch (HttpFailure refused) {
            throw refused.status() == 404
                    ? new ClientException("Target Glance does not support Image Import workflow", refused)
                    : refused;
        }
        if (method == null) {
            return;
        }
        for (JsonNode each : offered) {
            if (each.stringValue("").equals(method)) {
                return;
            }
        }
        throw new ClientException("Import method '" + method
                + "' is not valid for this cloud. Valid values can be retrieved with import-info command.");
    }

    boolean namesStores() {
        return allStores || !stores.isEmpty();
    }

    /** Each method has its own source of data; options of another are a misunderstanding. */
    void requireSources() {
        requireOnly("web-download", "--uri");
        requireOnly("glance-download", "--remote-region");
        requireOnly("glance-download", "--remote-image-id");
        requireOnly("glance-download", "--remote-service-interface");
        if ("web-download".equals(method)) {
            require("--uri");
        }
        if ("glance-download".equals(method)) {
            require("--remote-region");
            require("--remote-image-id");
        }
    }

    private void requireOnly(String of, String option) {
        if (given.has(option) && !of.equals(method)) {
            throw new ClientException("Import method should be '" + of + "' if " + option + " is provided.");
        }
    }

    private void require(String option) {
        if (!given.has(option)) {
            throw new ClientException("Provide " + option + " for the '" + method + "' import method.");
        }
    }

    /** The request's body. */
    ObjectNode document() {
        ObjectNode order = Json.object();
        ObjectNode how = order.putObject("method").put("name", method);
        if ("web-download".equals(method)) {
            how.put("uri", given.required("--uri"));
        }
        if ("glance-download".equals(method)) {
            how.put("glance_region", given.required("--remote-region"));
            how.put("glance_image_id", given.required("--remote-image-id"));
            how.put("glance_service_interface", given.or("--remote-service-interface", "public"));
        }
        if (!stores.isEmpty()) {
            ArrayNode list = order.putArray("stores");
            stores.forEach(list::add);
        }
        if (allStores) {
            order.put("all_stores", true);
        }
        if (namesStores() && mayFail) {
            order.put("all_stores_must_succeed", false);
        }
        return order;
    }
}
