package glance.store.file;

import glance.store.file.FileStoreConfig.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * An entry of the metadata file, which tells Nova on shared storage where an image file is mounted.
 *
 * @param values the whole entry, recorded as it is
 */
record MountMetadata(Path mountpoint, Map<String, Object> values) {
    /** The file: a JSON object, or a list of them, each with the strings id and mountpoint. */
    static List<MountMetadata> read(Path file) throws Unusable {
        Object document;
        try {
            // JSON is YAML; this parser is the one the service has anyway.
            document = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        } catch (IOException | YamlEngineException broken) {
            throw new Unusable("filesystem_store_metadata_file " + file + " cannot be read as JSON", broken);
        }
        List<MountMetadata> entries = new ArrayList<>();
        for (Object entry : document instanceof List<?> list ? list : List.of(document == null ? "" : document)) {
            entries.add(parse(file, entry));
        }
        return entries;
    }

    private static MountMetadata parse(Path file, Object entry) throws Unusable {
        if (entry instanceof Map<?, ?> map
                && map.get("id") instanceof String
                && map.get("mountpoint") instanceof String mountpoint) {
            Map<String, Object> values = new LinkedHashMap<>();
            map.forEach((key, value) -> values.put(String.valueOf(key), value));
            return new MountMetadata(Path.of(mountpoint), values);
        }
        throw new Unusable(
                "filesystem_store_metadata_file " + file + ": every entry needs a string id and a string mountpoint",
                null);
    }
}
