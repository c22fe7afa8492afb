package glance.registry.remote;

import glance.image.Page;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** How a result that is there is read. */
record Shape<T>(Function<JsonNode, T> reader) {
    static final Shape<Object> ANYTHING = of(Object.class);

    static <T> Shape<T> of(Class<T> type) {
        return new Shape<>(node -> RegistryJson.JSON.treeToValue(node, type));
    }

    static <T> Shape<List<T>> listOf(Class<T> item) {
        return new Shape<>(node -> RegistryJson.JSON.treeToValue(
                node, RegistryJson.JSON.getTypeFactory().constructParametricType(List.class, item)));
    }

    static <T> Shape<Page<T>> pageOf(Class<T> item) {
        return new Shape<>(node -> RegistryJson.JSON.treeToValue(
                node, RegistryJson.JSON.getTypeFactory().constructParametricType(Page.class, item)));
    }
}
