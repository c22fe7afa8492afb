package glance.manage;

import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.registry.sql.MetadefTables;
import glance.registry.sql.MetadefTables.Mode;
import glance.registry.sql.MetadefTables.Namespace;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code db} actions on files of metadata definitions. As upstream's, loading never fails: what cannot be read is told. */
final class MetadefCommands {
    private static final Logger LOG = LoggerFactory.getLogger(MetadefCommands.class);
    private static final String PATH = "--path";

    private static final Option<String> SOURCE = Option.text("metadata_source_path")
            .orElse("/etc/glance/metadefs/")
            .help("Directory of metadata definition files for glance-manage.");

    /** Where the files are. */
    static final OptionGroup OPTIONS = new OptionGroup("DEFAULT", "Metadata definition files.", List.of(SOURCE));

    private final MetadefTables tables;
    private final String usualPath;
    private final Answer answer;

    MetadefCommands(MetadefTables tables, Configuration configuration, Answer answer) {
        this.tables = tables;
        this.usualPath = configuration.section("DEFAULT").get(SOURCE);
        this.answer = answer;
    }

    int load(Arguments arguments) throws SQLException {
        boolean merge = arguments.has("--merge");
        boolean preferNew = arguments.has("--prefer_new");
        boolean overwrite = arguments.has("--overwrite");
        if ((preferNew && overwrite) || (!merge && (preferNew || overwrite))) {
            answer.err()
                    .println("Nothing was loaded: --prefer_new and --overwrite need --merge and exclude each other");
            return 0;
        }
        Mode mode = overwrite ? Mode.OVERWRITE : preferNew ? Mode.PREFER_NEW : merge ? Mode.MERGE : Mode.KEEP;
        List<Path> files = files(Path.of(arguments.text(PATH).orElse(usualPath)));
        int loaded = 0;
        for (Path file : files) {
            loaded += load(file, mode) ? 1 : 0;
        }
        if (!files.isEmpty()) {
            answer.say("Metadata definitions loaded from " + loaded + " of " + files.size() + " files");
        }
        return 0;
    }

    private List<Path> files(Path path) {
        List<Path> files = new ArrayList<>();
        if (Files.isRegularFile(path)) {
            files.add(path);
        } else {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(path, "*.json")) {
                found.forEach(files::add);
            } catch (IOException e) {
                LOG.debug("metadata definitions unreadable path={}", path, e);
            }
        }
        if (files.isEmpty()) {
            answer.err().println("Nothing was loaded: there are no *.json files at " + path);
        }
        Collections.sort(files);
        return files;
    }

    private boolean load(Path file, Mode mode) throws SQLException {
        try {
            boolean loaded = tables.load(MetadefFile.read(file), mode);
            if (!loaded) {
                LOG.info("namespace is there already and was left as it is file={}", file);
            }
            return loaded;
        } catch (IOException unreadable) {
            answer.err().println("Skipped " + file + ": " + unreadable.getMessage());
            return false;
        } catch (SQLException refused) {
            throw new SQLException(file + ": " + refused.getMessage(), refused.getSQLState(), refused);
        }
    }

    int unload() throws SQLException {
        tables.unload();
        return 0;
    }

    /** The file's name is appended to the path as it stands, so a directory ends with a slash. */
    int export(Arguments arguments) throws SQLException {
        String path = arguments.text(PATH).orElse(usualPath);
        Set<String> written = new HashSet<>();
        for (Namespace namespace : tables.export()) {
            String name = fileName(namespace, written);
            Path file = Path.of(path + name + ".json");
            try {
                Files.writeString(file, MetadefFile.text(namespace));
            } catch (IOException failure) {
                return answer.refuse("cannot write " + file + ": " + failure.getMessage());
            }
            answer.say("Namespace " + namespace.name() + " saved in " + file);
        }
        return 0;
    }

    /** From the display name, or from the name where that is missing or taken. */
    private static String fileName(Namespace namespace, Set<String> written) {
        String display = namespace.displayName();
        String name = word(display == null ? "" : display);
        if (name.isEmpty() || !written.add(name)) {
            name = word(namespace.name());
            written.add(name);
        }
        return name;
    }

    private static String word(String text) {
        return text.replaceAll("\\W", "");
    }
}
