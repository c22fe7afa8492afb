package glance.server;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Finding;
import glance.config.IniFile;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The filters around a service, chosen by {@code [paste_deploy] flavor}: from the operator's paste file when there is one, else
 * from the chains built in here. A paste file is read for the names in the chosen chain and the literal options of their
 * sections; it loads no code.
 *
 * @param filters outermost first; {@link FilterName#HEALTHCHECK} is among them also where it is mounted as an application
 * @param options literal options of a filter's section, which win over the configuration; absent where there are none
 * @param findings what the operator should be told
 */
record Pipeline(List<FilterName> filters, Map<FilterName, Map<String, String>> options, List<Finding> findings) {
    private static final Option<String> FLAVOR = Option.text("flavor")
            .orElse("")
            .help(
                    "The pipeline: empty, keystone, caching, cachemanagement, keystone+caching, keystone+cachemanagement, trusted-auth, or one"
                            + " of the paste file. Without keystone everybody is an administrator.");
    private static final Option<String> CONFIG_FILE = Option.text("config_file")
            .orElse("")
            .help(
                    "Name of the paste file. Unset: the last configuration file's name with -paste.ini instead of .conf, where"
                            + " that exists, else the built-in pipelines.");

    /** The options of this component. */
    static final OptionGroup OPTIONS =
            new OptionGroup("paste_deploy", "Which filters stand around the service.", List.of(FLAVOR, CONFIG_FILE));

    private static final List<FilterName> EDGE = List.of(
            FilterName.HEALTHCHECK,
            FilterName.CORS,
            FilterName.HTTP_PROXY_TO_WSGI,
            FilterName.VERSIONNEGOTIATION,
            FilterName.OSPROFILER);

    /** The registry's name in paste files. */
    static final String REGISTRY = "glance-registry";

    private static final List<FilterName> REGISTRY_EDGE = List.of(FilterName.HEALTHCHECK, FilterName.OSPROFILER);

    Pipeline {
        filters = List.copyOf(filters);
        options = Map.copyOf(options);
        findings = List.copyOf(findings);
    }

    /** The literal options of a filter; none when its section has none. */
    Map<String, String> optionsOf(FilterName filter) {
        return options.getOrDefault(filter, Map.of());
    }

    /**
     * The pipeline of a service.
     *
     * @param application {@code glance-api} or {@code glance-registry}
     * @throws ConfigException when the paste file named is missing or malformed, or the flavor is in none of its pipelines
     */
    static Pipeline find(Configuration configuration, String application) {
        Section section = configuration.section(OPTIONS.section());
        String flavor = section.get(FLAVOR);
        String named = section.get(CONFIG_FILE);
        Optional<Path> file = configuration.findFile(named.isEmpty() ? usualName(configuration, application) : named);
        if (file.isEmpty() && !named.isEmpty()) {
            throw new ConfigException("option config_file in [paste_deploy]: '" + named
                    + "' is in none of the configuration directories");
        }
        Pipeline pipeline = file.map(path -> new PasteFile(IniFile.read(path)).pipeline(application, flavor))
                .orElseGet(() -> builtIn(application, flavor));
        return pipeline.warnedOfTrust();
    }

    private static String usualName(Configuration configuration, String application) {
        List<Path> files = configuration.files();
        String last = files.isEmpty()
                ? application + ".conf"
                : String.valueOf(files.getLast().getFileName());
        return last.replace(".conf", "") + "-paste.ini";
    }

    private static Pipeline builtIn(String application, String flavor) {
        boolean isRegistry = application.equals(REGISTRY);
        Map<String, List<FilterName>> chains = isRegistry ? registryChains() : chains();
        List<FilterName> inner = chains.get(flavor);
        if (inner == null) {
            throw unknownFlavor(flavor, "the built-in pipelines of " + application, List.copyOf(chains.keySet()));
        }
        List<FilterName> edge = isRegistry ? REGISTRY_EDGE : EDGE;
        return new Pipeline(Stream.concat(edge.stream(), inner.stream()).toList(), Map.of(), List.of());
    }

    private static Map<String, List<FilterName>> registryChains() {
        Map<String, List<FilterName>> chains = new LinkedHashMap<>();
        for (String flavor : List.of("", "keystone", "trusted-auth")) {
            chains.put(flavor, chains().getOrDefault(flavor, List.of()));
        }
        return chains;
    }

    private static Map<String, List<FilterName>> chains() {
        FilterName anonymous = FilterName.UNAUTHENTICATED_CONTEXT;
        FilterName token = FilterName.AUTHTOKEN;
        FilterName context = FilterName.CONTEXT;
        FilterName cache = FilterName.CACHE;
        FilterName manage = FilterName.CACHEMANAGE;
        Map<String, List<FilterName>> chains = new LinkedHashMap<>();
        chains.put("", List.of(anonymous));
        chains.put("caching", List.of(anonymous, cache));
        chains.put("cachemanagement", List.of(anonymous, cache, manage));
        chains.put("keystone", List.of(token, context));
        chains.put("keystone+caching", List.of(token, context, cache));
        chains.put("keystone+cachemanagement", List.of(token, context, cache, manage));
        chains.put("trusted-auth", List.of(context));
        chains.put("trusted-auth+cachemanagement", List.of(context, cache, manage));
        return chains;
    }

    static ConfigException unknownFlavor(String flavor, String place, List<String> accepted) {
        List<String> words =
                accepted.stream().map(name -> name.isEmpty() ? "(empty)" : name).toList();
        return new ConfigException("option flavor in [paste_deploy]: '" + flavor + "' is none of " + place
                + "; accepted: " + String.join(", ", words));
    }

    private Pipeline warnedOfTrust() {
        if (!filters.contains(FilterName.CONTEXT) || filters.contains(FilterName.AUTHTOKEN)) {
            return this;
        }
        List<Finding> more = new ArrayList<>(findings);
        more.add(new Finding(
                Finding.Kind.RISKY,
                "option flavor in [paste_deploy]: this pipeline believes the identity headers of every client;"
                        + " only a trusted proxy may reach the service"));
        return new Pipeline(filters, options, more);
    }
}
