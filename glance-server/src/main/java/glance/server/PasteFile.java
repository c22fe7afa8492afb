package glance.server;

import glance.config.ConfigException;
import glance.config.Finding;
import glance.config.IniFile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A paste file, read for one pipeline. Two shapes are in the field: up to release 2023.1 {@code [pipeline:glance-api-FLAVOR]}
 * lists filters and ends with an application; since 2023.2 {@code [composite:glance-api-FLAVOR]} mounts {@code healthcheck}
 * and {@code api}, and {@code [composite:api]} has one line per flavor.
 */
final class PasteFile {
    private static final List<String> APPLICATION_KINDS = List.of("composite", "pipeline", "app", "filter-app");
    private static final String FLAVOR_COMPOSITE = "glance.api:pipeline_factory";
    /** References deeper than this go in a circle. */
    private static final int DEEPEST = 16;

    /**
     * A section.
     *
     * @param kind what stands before the colon of its name
     * @param options in order; {@code set } prefixes removed
     */
    private record Block(String kind, String name, int line, Map<String, String> options) {}

    private final String file;
    private final List<Block> blocks = new ArrayList<>();
    private final Map<String, String> defaults = new LinkedHashMap<>();
    private final List<FilterName> filters = new ArrayList<>();
    private final Map<FilterName, Map<String, String>> literal = new EnumMap<>(FilterName.class);
    private final List<Finding> findings = new ArrayList<>();

    PasteFile(IniFile source) {
        file = source.name();
        for (IniFile.Block block : source.sections()) {
            Map<String, String> options = new LinkedHashMap<>();
            block.entries()
                    .forEach(entry -> options.put(
                            entry.key().startsWith("set ")
                                    ? entry.key().substring(4).strip()
                                    : entry.key(),
                            entry.value()));
            int colon = block.name().indexOf(':');
            if (block.name().equals("DEFAULT")) {
                defaults.putAll(options);
            } else if (colon > 0) {
                String name = block.name().substring(colon + 1).strip();
                String kind = block.name().substring(0, colon).strip();
                blocks.add(new Block(kind.equals("composit") ? "composite" : kind, name, block.line(), options));
            }
        }
    }

    /** The pipeline of {@code application} with a flavor, which may be empty. */
    Pipeline pipeline(String application, String flavor) {
        String name = flavor.isEmpty() ? application : application + "-" + flavor;
        Block block = application(name).orElseThrow(() -> Pipeline.unknownFlavor(flavor, file, flavors(application)));
        application(block, flavor, 0);
        return new Pipeline(filters, literal, findings);
    }

    private List<String> flavors(String application) {
        return blocks.stream()
                .filter(block -> APPLICATION_KINDS.contains(block.kind()))
                .map(Block::name)
                .filter(name -> name.equals(application) || name.startsWith(application + "-"))
                .map(name -> name.substring(Math.min(name.length(), application.length() + 1)))
                .toList();
    }

    private Optional<Block> application(String name) {
        return blocks.stream()
                .filter(block ->
                        APPLICATION_KINDS.contains(block.kind()) && block.name().equals(name))
                .findFirst();
    }

    private void application(Block block, String flavor, int depth) {
        if (depth > DEEPEST) {
            throw error(block, "refers to itself");
        }
        switch (block.kind()) {
            case "pipeline" -> chain(block, block.options().getOrDefault("pipeline", ""), flavor, depth);
            case "filter-app" -> {
                filter(block);
                next(block, block.options().getOrDefault("next", ""), flavor, depth);
            }
            case "composite" -> composite(block, flavor, depth);
            default -> {
                if (filterOf(block).filter(FilterName.HEALTHCHECK::equals).isPresent()) {
                    add(FilterName.HEALTHCHECK, block);
                }
            }
        }
    }

    private void composite(Block block, String flavor, int depth) {
        if (FLAVOR_COMPOSITE.equals(block.options().get("paste.composite_factory"))) {
            String key = flavor.isEmpty() ? "default" : flavor;
            String chain = block.options().get(key);
            if (chain == null) {
                List<String> accepted = block.options().keySet().stream()
                        .filter(option -> !option.startsWith("paste."))
                        .map(option -> option.equals("default") ? "" : option)
                        .toList();
                throw Pipeline.unknownFlavor(flavor, file + " [composite:" + block.name() + "]", accepted);
            }
            chain(block, chain, flavor, depth);
            return;
        }
        // A map of paths. Health is seen wherever it is mounted; what else counts is mounted at the root.
        block.options().forEach((path, name) -> {
            if (path.startsWith("/") && path.length() > 1) {
                mounted(path, name);
            }
        });
        Optional.ofNullable(block.options().get("/"))
                .flatMap(this::application)
                .ifPresent(root -> application(root, flavor, depth + 1));
    }

    private void mounted(String path, String name) {
        application(name)
                .filter(block ->
                        filterOf(block).filter(FilterName.HEALTHCHECK::equals).isPresent())
                .ifPresent(block -> {
                    add(FilterName.HEALTHCHECK, block);
                    literal.merge(FilterName.HEALTHCHECK, Map.of("path", path), PasteFile::merged);
                });
    }

    private void chain(Block block, String names, String flavor, int depth) {
        List<String> words = List.of(names.strip().split("\\s+"));
        for (String name : words.subList(0, words.size() - 1)) {
            Optional<Block> section = filterSection(name);
            if (section.isPresent()) {
                filter(section.get());
            } else {
                FilterName.ofName(name).ifPresentOrElse(filter -> add(filter, null), () -> warnUnknown(block, name));
            }
        }
        next(block, words.getLast(), flavor, depth);
    }

    private void next(Block block, String name, String flavor, int depth) {
        Block next =
                application(name).orElseThrow(() -> error(block, "ends with '" + name + "', which is no application"));
        application(next, flavor, depth + 1);
    }

    private Optional<Block> filterSection(String name) {
        return blocks.stream()
                .filter(block -> block.kind().equals("filter") && block.name().equals(name))
                .findFirst();
    }

    private void filter(Block block) {
        filterOf(block).ifPresentOrElse(filter -> add(filter, block), () -> warnUnknown(block, block.name()));
    }

    /** The filter a section makes; nothing when its factory is none of those known. */
    private Optional<FilterName> filterOf(Block block) {
        for (String key : List.of("paste.filter_factory", "paste.app_factory", "paste.filter_app_factory", "use")) {
            String factory = block.options().get(key);
            if (factory == null) {
                continue;
            }
            Optional<FilterName> filter = FilterName.ofFactory(factory);
            if (filter.isEmpty() && factory.startsWith("egg:")) {
                throw error(block, "'" + factory + "' is none of the filters known here; no other code can be loaded");
            }
            if (filter.isEmpty() && key.equals("use")) {
                return filterSection(factory)
                        .flatMap(other -> FilterName.ofFactory(other.options()
                                .getOrDefault(
                                        "paste.filter_factory", other.options().getOrDefault("use", ""))));
            }
            return filter;
        }
        return Optional.empty();
    }

    private void add(FilterName filter, @Nullable Block block) {
        if (!filters.contains(filter)) {
            filters.add(filter);
        }
        Map<String, String> options = new LinkedHashMap<>(defaults);
        if (block != null) {
            Optional.ofNullable(block.options().get("use"))
                    .flatMap(this::filterSection)
                    .ifPresent(other -> options.putAll(other.options()));
            options.putAll(block.options());
        }
        options.keySet().removeIf(key -> key.equals("use") || key.startsWith("paste."));
        if (!options.isEmpty()) {
            literal.merge(filter, Map.copyOf(options), PasteFile::merged);
        }
    }

    private static Map<String, String> merged(Map<String, String> first, Map<String, String> second) {
        Map<String, String> both = new LinkedHashMap<>(first);
        both.putAll(second);
        return Map.copyOf(both);
    }

    private void warnUnknown(Block block, String name) {
        findings.add(new Finding(
                Finding.Kind.UNKNOWN,
                file + ":" + block.line() + ": unknown filter '" + name + "' is left out of the pipeline"));
    }

    private ConfigException error(Block block, String message) {
        return new ConfigException(
                file + ":" + block.line() + ": [" + block.kind() + ":" + block.name() + "] " + message);
    }
}
