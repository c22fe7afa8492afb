package glance.registry.remote;

import glance.image.Page;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.type.TypeFactory;

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

    /** Lists by the number of a row. */
    static <T> Shape<Map<Long, List<T>>> listsOf(Class<T> item) {
        TypeFactory types = RegistryJson.JSON.getTypeFactory();
        JavaType lists = types.constructMapType(
                Map.class, types.constructType(Long.class), types.constructParametricType(List.class, item));
        return new Shape<>(node -> RegistryJson.JSON.treeToValue(node, lists));
    }

    static <T> Shape<Page<T>> pageOf(Class<T> item) {
        return new Shape<>(node -> RegistryJson.JSON.treeToValue(
                node, RegistryJson.JSON.getTypeFactory().constructParametricType(Page.class, item)));
    }
}
