package glance.registry.migration;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Upstream's two migrations of rows: {@code visibility} from {@code is_public} (Ocata), and the key {@code backend} of
 * locations' metadata renamed {@code store} (Train). In batches; what is done stays done when a run is cut.
 */
final class DataMigration {
    private static final Logger LOG = LoggerFactory.getLogger(DataMigration.class);
    private static final int BATCH = 500;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private final Tables tables;

    DataMigration(Tables tables) {
        this.tables = tables;
    }

    boolean isPending() throws SQLException {
        return isVisibilityPending() || isLocationPending();
    }

    /** Migrates all rows; says how many. */
    long run() throws SQLException {
        return migrateVisibility() + migrateLocations();
    }

    private boolean isVisibilityPending() throws SQLException {
        return tables.columns("images").contains("is_public")
                && tables.isNullable("images", "visibility")
                && tables.isAny("SELECT id FROM images WHERE visibility IS NULL LIMIT 1");
    }

    private long migrateVisibility() throws SQLException {
        long migrated = 0;
        while (isVisibilityPending()) {
            List<String> ids = tables.texts("SELECT id FROM images WHERE visibility IS NULL LIMIT " + BATCH);
            for (String id : ids) {
                tables.update("UPDATE images SET visibility = '" + visibility(id) + "' WHERE id = ?", id);
            }
            migrated += ids.size();
        }
        return migrated;
    }

    private String visibility(String id) throws SQLException {
        if (tables.isAny("SELECT id FROM images WHERE id = ? AND is_public", id)) {
            return "public";
        }
        return tables.isAny("SELECT id FROM image_members WHERE image_id = ? AND NOT deleted LIMIT 1", id)
                ? "shared"
                : "private";
    }

    private boolean isLocationPending() throws SQLException {
        return eachOldLocation(true) > 0;
    }

    private long migrateLocations() throws SQLException {
        return eachOldLocation(false);
    }

    /** Goes through the locations by id and renames the key in each, or stops at the first that needs it. */
    private long eachOldLocation(boolean onlyLook) throws SQLException {
        long found = 0;
        long last = 0;
        while (true) {
            List<String> ids = tables.texts(
                    "SELECT id FROM image_locations WHERE id > ? AND meta_data LIKE '%\"backend\"%' ORDER BY id LIMIT "
                            + BATCH,
                    last);
            if (ids.isEmpty()) {
                return found;
            }
            for (String id : ids) {
                last = Long.parseLong(id);
                String old = tables.texts("SELECT meta_data FROM image_locations WHERE id = ?", last)
                        .getFirst();
                Optional<String> renamed = renamed(old);
                if (renamed.isPresent()) {
                    found++;
                    if (onlyLook) {
                        return found;
                    }
                    tables.update("UPDATE image_locations SET meta_data = ? WHERE id = ?", renamed.get(), last);
                }
            }
        }
    }

    /** The metadata under the new key, in its old place; empty when there is nothing to rename. */
    private static Optional<String> renamed(String metadata) {
        Map<String, Object> before;
        try {
            before = JSON.readValue(metadata, OBJECT);
        } catch (JacksonException e) {
            LOG.warn("location metadata is no JSON object and stays as it is");
            return Optional.empty();
        }
        if (!before.containsKey("backend") || before.containsKey("store")) {
            return Optional.empty();
        }
        Map<String, Object> after = new LinkedHashMap<>();
        before.forEach((key, value) -> after.put(key.equals("backend") ? "store" : key, value));
        return Optional.of(JSON.writeValueAsString(after));
    }
}
