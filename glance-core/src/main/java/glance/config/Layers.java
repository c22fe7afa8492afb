package glance.config;

import glance.config.Names.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The texts given for options, layer over layer: command line, then environment, then files, of which the last read wins.
 *
 * <p>Within one file a present name beats a former one; a former name in a later file beats the present one in an earlier
 * file, as in oslo.config: the later file is the operator's later word. Sections are first compared as written over all files,
 * and without case only when that finds nothing.
 */
final class Layers {
    /**
     * One value as given.
     *
     * @param place the name it was found under
     */
    record Given(Place place, String text, Origin origin) {}

    /** Where values of the command line are said to come from. */
    static final Origin COMMAND_LINE = new Origin("command line", 0);

    private record IndexedFile(Map<Place, List<Given>> exact, Map<Place, List<Given>> folded) {}

    private final List<IniFile> files;
    private final List<IndexedFile> lastFirst = new ArrayList<>();
    private final List<Given> overrides;
    private final Map<Place, List<Given>> commandLine = new HashMap<>();
    private final Map<String, String> environment;

    /**
     * @param files first read first
     * @param overrides of the command line
     */
    Layers(List<IniFile> files, List<Given> overrides, Map<String, String> environment) {
        this.files = List.copyOf(files);
        this.environment = Map.copyOf(environment);
        this.overrides = List.copyOf(overrides);
        for (IniFile file : this.files.reversed()) {
            lastFirst.add(index(file));
        }
        overrides.forEach(override -> add(commandLine, override.place(), override));
    }

    private static IndexedFile index(IniFile file) {
        IndexedFile index = new IndexedFile(new LinkedHashMap<>(), new LinkedHashMap<>());
        for (IniFile.Block block : file.sections()) {
            for (IniFile.Entry entry : block.entries()) {
                Place place = new Place(block.name(), entry.key());
                Given given = new Given(place, entry.value(), new Origin(file.name(), entry.line()));
                add(index.exact, place, given);
                add(index.folded, place.folded(), given);
            }
        }
        return index;
    }

    private static void add(Map<Place, List<Given>> values, Place place, Given given) {
        values.computeIfAbsent(place, absent -> new ArrayList<>()).add(given);
    }

    /** These layers with values that beat all of them. */
    Layers with(List<Given> nearest) {
        List<Given> all = new ArrayList<>(overrides);
        all.addAll(nearest);
        return new Layers(files, all, environment);
    }

    List<IniFile> files() {
        return files;
    }

    /**
     * What is given for an option: nothing, the value that counts, or for a repeatable option all of them in order.
     *
     * @param places names of the option, first choice first
     */
    List<Given> find(List<Place> places, boolean repeated) {
        List<Given> found = in(commandLine, places, repeated);
        if (found.isEmpty()) {
            found = environment(places.getFirst());
        }
        if (found.isEmpty()) {
            found = inFiles(places, repeated, false);
        }
        return found.isEmpty() ? inFiles(places, repeated, true) : found;
    }

    private List<Given> environment(Place place) {
        String variable = "OS_" + upper(place.section()) + "__" + upper(place.key());
        String text = environment.get(variable);
        return text == null
                ? List.of()
                : List.of(new Given(place, text, new Origin("environment variable " + variable, 0)));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }

    private List<Given> inFiles(List<Place> places, boolean repeated, boolean folded) {
        List<Place> sought =
                folded ? places.stream().map(Place::folded).distinct().toList() : places;
        List<Given> all = new ArrayList<>();
        for (IndexedFile file : lastFirst) {
            List<Given> found = in(folded ? file.folded : file.exact, sought, repeated);
            if (!found.isEmpty() && !repeated) {
                return found;
            }
            all.addAll(0, found);
        }
        return all;
    }

    private static List<Given> in(Map<Place, List<Given>> values, List<Place> places, boolean repeated) {
        List<Given> all = new ArrayList<>();
        for (Place place : places) {
            List<Given> found = values.getOrDefault(place, List.of());
            if (!found.isEmpty() && !repeated) {
                return List.of(found.getLast());
            }
            all.addAll(0, found);
        }
        return all;
    }
}
