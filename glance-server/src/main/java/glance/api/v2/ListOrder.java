package glance.api.v2;

import glance.api.QueryString;
import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.ImageQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decodes the order of a list: {@code sort_key}/{@code sort_dir}, repeatable, or {@code sort=key:dir,…}. */
final class ListOrder {
    private static final Map<String, Attribute> KEYS = Map.of(
            "name", Attribute.NAME,
            "status", Attribute.STATUS,
            "container_format", Attribute.CONTAINER_FORMAT,
            "disk_format", Attribute.DISK_FORMAT,
            "size", Attribute.SIZE,
            "id", Attribute.ID,
            "created_at", Attribute.CREATED_AT,
            "updated_at", Attribute.UPDATED_AT);

    private static final List<Attribute> TIE_BREAKERS = List.of(Attribute.CREATED_AT, Attribute.ID);

    private ListOrder() {}

    static List<ImageQuery.Sort> decode(QueryString query) {
        List<String> keys = query.all("sort_key").toList();
        List<String> directions = query.all("sort_dir").toList();
        Optional<String> sort = query.last("sort");
        if (sort.isPresent()) {
            if (!keys.isEmpty() || !directions.isEmpty()) {
                throw new GlanceException.InvalidRequest("sort cannot be used together with sort_key or sort_dir");
            }
            keys = new ArrayList<>();
            directions = new ArrayList<>();
            for (String item : sort.get().split(",", -1)) {
                String[] parts = item.split(":", -1);
                if (parts.length > 2) {
                    throw new GlanceException.InvalidRequest(
                            "Invalid sort item '" + item + "': accepted key[:asc|desc]");
                }
                keys.add(parts[0].strip());
                directions.add(parts.length == 2 ? parts[1].strip() : "desc");
            }
        }
        return order(keys.isEmpty() ? List.of("created_at") : keys, directions);
    }

    private static List<ImageQuery.Sort> order(List<String> keys, List<String> directions) {
        if (directions.size() > 1 && directions.size() != keys.size()) {
            throw new GlanceException.InvalidRequest(
                    "There are " + keys.size() + " sort keys and " + directions.size() + " sort directions");
        }
        List<ImageQuery.Sort> order = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String direction = switch (directions.size()) {
                case 0 -> "desc";
                case 1 -> directions.getFirst();
                default -> directions.get(i);
            };
            addOnce(order, key(keys.get(i)), ascending(direction));
        }
        // The only direction given is that of the tie-breakers too; several, or none, leave them newest first.
        boolean ascending = directions.size() == 1 && ascending(directions.getFirst());
        TIE_BREAKERS.forEach(key -> addOnce(order, key, ascending));
        return order;
    }

    private static void addOnce(List<ImageQuery.Sort> order, Attribute key, boolean ascending) {
        if (order.stream().noneMatch(sort -> sort.key() == key)) {
            order.add(new ImageQuery.Sort(key, ascending));
        }
    }

    private static Attribute key(String name) {
        Attribute key = KEYS.get(name);
        if (key == null) {
            throw new GlanceException.InvalidRequest("Invalid sort key '" + name + "': accepted "
                    + String.join(", ", KEYS.keySet().stream().sorted().toList()));
        }
        return key;
    }

    private static boolean ascending(String direction) {
        if (!Set.of("asc", "desc").contains(direction)) {
            throw new GlanceException.InvalidRequest("Invalid sort direction '" + direction + "': accepted asc, desc");
        }
        return direction.equals("asc");
    }
}
