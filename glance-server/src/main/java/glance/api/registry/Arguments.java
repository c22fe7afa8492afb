package glance.api.registry;

import glance.api.IsoTime;
import glance.error.GlanceException;
import glance.image.ImageId;
import glance.registry.remote.CommandFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Named values of a request: a command's keyword arguments, or an object among them. A null counts as not given. */
record Arguments(JsonNode values) {
    /** What Python's own interpreter says of a call that does not fit. */
    static final Arguments NONE = new Arguments(JsonNodeFactory.instance.objectNode());

    private static final String MISCALLED = "builtins.TypeError";

    /**
     * A command's arguments, if they fit.
     *
     * @throws CommandFailure as Python refuses a call
     */
    static Arguments of(String command, JsonNode values, Set<String> required, Set<String> optional) {
        for (Map.Entry<String, JsonNode> each : values.properties()) {
            // Old clients name the database session they do not have.
            boolean isSession =
                    each.getKey().equals("session") && each.getValue().isNull();
            if (!isSession && !required.contains(each.getKey()) && !optional.contains(each.getKey())) {
                throw new CommandFailure(
                        MISCALLED, command + "() got an unexpected keyword argument '" + each.getKey() + "'");
            }
        }
        for (String name : required) {
            if (!values.has(name)) {
                throw new CommandFailure(MISCALLED, command + "() missing 1 required argument: '" + name + "'");
            }
        }
        return new Arguments(values);
    }

    Optional<JsonNode> find(String name) {
        JsonNode value = values.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /** Whether the name is there, be it with null. */
    boolean names(String name) {
        return values.has(name);
    }

    Optional<String> findText(String name) {
        return find(name).map(value -> text(name, value));
    }

    String text(String name) {
        return findText(name).orElseThrow(() -> invalid(name, "is missing"));
    }

    ImageId imageId(String name) {
        return new ImageId(text(name));
    }

    boolean flag(String name) {
        return find(name).map(value -> flag(name, value)).orElse(false);
    }

    Optional<Long> findNumber(String name) {
        return find(name).map(value -> number(name, value));
    }

    /** The argument {@code limit}: how many of a list, if it says so. */
    Optional<Integer> findLimit() {
        return findNumber("limit").map(asked -> {
            if (asked < 0) {
                throw invalid("limit", "is " + asked + "; accepted: a whole number from 0");
            }
            return (int) Math.min(asked, Integer.MAX_VALUE);
        });
    }

    /** The argument {@code sort_dir}, downwards unless it says otherwise. */
    boolean ascending() {
        return switch (findText("sort_dir").orElse("desc")) {
            case "asc" -> true;
            case "desc" -> false;
            default -> throw invalid("sort_dir", "is none; accepted: asc, desc");
        };
    }

    /** An object, else one without values. */
    Arguments object(String name) {
        JsonNode value = values.get(name);
        if (value == null || value.isNull()) {
            return NONE;
        }
        if (!value.isObject()) {
            throw invalid(name, "must be an object");
        }
        return new Arguments(value);
    }

    List<Arguments> objects(String name) {
        List<Arguments> all = new ArrayList<>();
        for (JsonNode item : array(name)) {
            if (!item.isObject()) {
                throw invalid(name, "must be an array of objects");
            }
            all.add(new Arguments(item));
        }
        return all;
    }

    /** A text, or several of them in an array. */
    List<String> texts(String name) {
        Optional<JsonNode> value = find(name);
        if (value.isPresent() && !value.get().isArray()) {
            return List.of(text(name, value.get()));
        }
        List<String> all = new ArrayList<>();
        array(name).forEach(item -> all.add(text(name, item)));
        return all;
    }

    private JsonNode array(String name) {
        JsonNode value = find(name).orElseGet(JsonNodeFactory.instance::arrayNode);
        if (!value.isArray()) {
            throw invalid(name, "must be an array");
        }
        return value;
    }

    static String text(String name, JsonNode value) {
        if (!value.isString()) {
            throw invalid(name, "must be a text");
        }
        return value.asString();
    }

    static boolean flag(String name, JsonNode value) {
        return switch (value.isString() ? value.asString().toLowerCase(Locale.ROOT) : value.toString()) {
            case "true", "1", "on", "yes", "y", "t" -> true;
            case "false", "0", "off", "no", "n", "f" -> false;
            default -> throw invalid(name, "must be true or false");
        };
    }

    static long number(String name, JsonNode value) {
        String digits = value.isString() ? value.asString().strip() : value.toString();
        if (!digits.matches("-?[0-9]{1,18}")) {
            throw invalid(name, "must be a whole number of at most 18 digits");
        }
        return Long.parseLong(digits);
    }

    /** A time: an ISO 8601 text, or the object RPC v2 makes of one. */
    static Instant time(String name, JsonNode value) {
        JsonNode text =
                value.isObject() && value.path("_type").asString("").equals("datetime") ? value.path("_value") : value;
        return IsoTime.parse(text(name, text)).orElseThrow(() -> invalid(name, "must be a time, as ISO 8601 has it"));
    }

    static GlanceException.InvalidRequest invalid(String name, String why) {
        return new GlanceException.InvalidRequest("'" + name + "' " + why);
    }
}
