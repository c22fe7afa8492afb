package glance.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header fields in order; names compare without case. Immutable. */
public final class Headers {
    public static final Headers NONE = new Headers(List.of());

    private final List<Map.Entry<String, String>> fields;

    private Headers(List<Map.Entry<String, String>> fields) {
        this.fields = List.copyOf(fields);
    }

    public static Headers of(String name, String value) {
        return NONE.with(name, value);
    }

    /** From name and value entries in wire order. */
    public static Headers of(List<Map.Entry<String, String>> fields) {
        return fields.isEmpty() ? NONE : new Headers(fields);
    }

    /** The first value, or null. */
    public @Nullable String first(String name) {
        for (Map.Entry<String, String> field : fields) {
            if (field.getKey().equalsIgnoreCase(name)) {
                return field.getValue();
            }
        }
        return null;
    }

    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (Map.Entry<String, String> field : fields) {
            if (field.getKey().equalsIgnoreCase(name)) {
                values.add(field.getValue());
            }
        }
        return values;
    }

    public boolean has(String name) {
        return first(name) != null;
    }

    /** These fields and one more. */
    public Headers with(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(fields);
        more.add(Map.entry(name, value));
        return new Headers(more);
    }

    /** These fields without any of that name. */
    public Headers without(String name) {
        return new Headers(fields.stream()
                .filter(field -> !field.getKey().equalsIgnoreCase(name))
                .toList());
    }

    /** All fields in order. */
    public List<Map.Entry<String, String>> entries() {
        return fields;
    }

    public void forEach(BiConsumer<String, String> action) {
        fields.forEach(field -> action.accept(field.getKey(), field.getValue()));
    }

    @Override
    public String toString() {
        // Values may be tokens.
        return fields.stream().map(Map.Entry::getKey).toList().toString();
    }
}
