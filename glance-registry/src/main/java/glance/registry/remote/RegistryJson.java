package glance.registry.remote;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.Guard;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageQuery;
import glance.image.ImageStatus;
import glance.registry.remote.RegistryCall.MetadefCall;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Calls, results and failures as JSON. Texts survive exactly, characters included that UTF-8 cannot carry. */
final class RegistryJson {
    private static final String FAILURES = "glance.common.exception.";
    private static final String MISUSE = "builtins.ValueError";

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    private interface Tagged {}

    /** What a record can tell besides its components. */
    @JsonIgnoreProperties({"empty", "possible"})
    private interface Components {}

    /** A body of nothing but {@code {}} makes a tree some fifty times its size. */
    private static final int MOST_TOKENS = 500_000;

    private static final int MOST_DEPTH = 200;

    static final JsonMapper JSON = mapper();
    private static final Map<String, Class<?>> CALLS = Stream.of(RegistryCall.class, MetadefCall.class)
            .flatMap(kind -> Stream.of(kind.getPermittedSubclasses()))
            .filter(Class::isRecord)
            .collect(Collectors.toUnmodifiableMap(RegistryJson::command, Function.identity()));

    private RegistryJson() {}

    private static JsonMapper mapper() {
        SimpleModule ordered = new SimpleModule("ordered")
                .addAbstractTypeMapping(SequencedSet.class, LinkedHashSet.class)
                .addAbstractTypeMapping(SequencedMap.class, LinkedHashMap.class);
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MOST_DEPTH)
                                .maxTokenCount(MOST_TOKENS)
                                .build())
                        .build())
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .addModule(ordered)
                .addMixIn(ImageChange.class, Components.class)
                .addMixIn(ImageId.class, Components.class)
                .addMixIn(Guard.class, Tagged.class)
                .addMixIn(ImageQuery.Filter.class, Tagged.class)
                .addMixIn(ImageQuery.VisibilityFilter.class, Tagged.class)
                .registerSubtypes(Guard.class.getPermittedSubclasses())
                .registerSubtypes(ImageQuery.Filter.class.getPermittedSubclasses())
                .registerSubtypes(ImageQuery.VisibilityFilter.class.getPermittedSubclasses())
                .build();
    }

    private static String command(Class<?> call) {
        return RegistryCall.PREFIX + call.getSimpleName();
    }

    /** The batch of one call. */
    static byte[] batch(RegistryCall call) {
        return bytes(List.of(Map.of("command", command(call.getClass()), "kwargs", call)));
    }

    /** Any result as JSON. */
    static byte[] bytes(Object value) {
        return JSON.writeValueAsBytes(value);
    }

    /**
     * A request's body.
     *
     * @throws GlanceException.InvalidRequest when it is no JSON
     */
    static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException malformed) {
            throw new GlanceException.InvalidRequest("The body is not valid JSON", malformed);
        }
    }

    /** What a command without {@code kwargs} is called with. */
    static JsonNode noArguments() {
        return JSON.createObjectNode();
    }

    /** Whether a command of this name exists. */
    static boolean knows(String command) {
        return CALLS.containsKey(command);
    }

    /**
     * The call a command names.
     *
     * @throws GlanceException.InvalidRequest when the arguments do not make one
     */
    static RegistryCall call(String command, JsonNode arguments) {
        Class<?> type = CALLS.get(command);
        if (type == null) {
            throw new IllegalArgumentException("unknown command " + command);
        }
        try {
            RegistryCall call = (RegistryCall) JSON.treeToValue(arguments, type);
            return call instanceof RegistryCall.UpdateImage(var id, var change, var guard)
                    ? new RegistryCall.UpdateImage(id, typed(change), guard)
                    : call;
        } catch (JacksonException | IllegalArgumentException | NullPointerException malformed) {
            throw new GlanceException.InvalidRequest("The arguments of " + command + " cannot be read", malformed);
        }
    }

    /** The same change with values of the types its attributes have: JSON knows text, numbers and flags alone. */
    private static ImageChange typed(ImageChange change) {
        Map<Attribute, @Nullable Object> values = new EnumMap<>(Attribute.class);
        change.attributes().forEach((attribute, value) -> values.put(attribute, typed(attribute, value)));
        return new ImageChange(
                values,
                change.setProperties(),
                change.removeProperties(),
                change.tags(),
                change.addTags(),
                change.removeTags(),
                change.addLocations(),
                change.setLocations(),
                change.removeLocations(),
                change.opens(),
                change.closes());
    }

    private static @Nullable Object typed(Attribute attribute, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (attribute) {
            case STATUS -> ImageStatus.valueOf(String.valueOf(value));
            case VISIBILITY -> glance.image.Visibility.valueOf(String.valueOf(value));
            case SIZE, VIRTUAL_SIZE -> ((Number) value).longValue();
            case MIN_DISK, MIN_RAM -> ((Number) value).intValue();
            default -> value;
        };
    }

    /** A failure inside a batch, as upstream's clients read it. */
    static Map<String, Object> failure(GlanceException failure) {
        return Map.of("_error", Map.of("cls", FAILURES + failureName(failure), "val", failure.reason()));
    }

    static Map<String, Object> failure(CommandFailure failure) {
        return Map.of("_error", Map.of("cls", failure.errorClass(), "val", failure.reason()));
    }

    /** A programming error of the caller's inside a batch. */
    static Map<String, Object> misuse(IllegalArgumentException misused) {
        return Map.of("_error", Map.of("cls", MISUSE, "val", String.valueOf(misused.getMessage())));
    }

    private static String failureName(GlanceException failure) {
        return switch (failure) {
            case GlanceException.InvalidRequest _ -> "Invalid";
            case GlanceException.Unauthenticated _ -> "NotAuthenticated";
            case GlanceException.Forbidden _ -> "Forbidden";
            case GlanceException.NotFound _ -> "NotFound";
            case GlanceException.Conflict _ -> "Conflict";
            case GlanceException.LimitExceeded _ -> "LimitExceeded";
            case GlanceException.Unavailable _ -> "ServiceUnavailable";
            default -> "RPCError";
        };
    }

    private static RuntimeException failureOf(String name, String reason) {
        return switch (name.startsWith(FAILURES) ? name.substring(FAILURES.length()) : name) {
            case "Invalid" -> new GlanceException.InvalidRequest(reason);
            case "Forbidden" -> new GlanceException.Forbidden(reason);
            case "NotFound" -> new GlanceException.NotFound(reason);
            case "Conflict" -> new GlanceException.Conflict(reason);
            case "LimitExceeded" -> new GlanceException.LimitExceeded(reason);
            case MISUSE -> new IllegalArgumentException(reason);
            default -> new GlanceException.Unavailable("The registry failed: " + reason);
        };
    }

    /**
     * The result of a batch of one; null when the call gives none.
     *
     * @throws GlanceException the failure the answer tells; Unavailable when it is no answer of a registry
     */
    static <T> @Nullable T result(byte[] answer, Shape<T> shape) {
        JsonNode result = only(answer);
        JsonNode error = result.get("_error");
        if (error != null) {
            throw failureOf(error.path("cls").asString(""), error.path("val").asString(""));
        }
        try {
            return result.isNull() ? null : shape.reader().apply(result);
        } catch (JacksonException | IllegalArgumentException | NullPointerException unreadable) {
            throw malformed(unreadable);
        }
    }

    private static JsonNode only(byte[] answer) {
        try {
            JsonNode results = JSON.readTree(answer);
            if (results != null && results.isArray() && results.size() == 1) {
                return results.get(0);
            }
            throw malformed(null);
        } catch (JacksonException unreadable) {
            throw malformed(unreadable);
        }
    }

    static GlanceException malformed(@Nullable Throwable cause) {
        String reason = "The registry's answer cannot be read";
        return cause == null ? new GlanceException.Unavailable(reason) : new GlanceException.Unavailable(reason, cause);
    }
}
