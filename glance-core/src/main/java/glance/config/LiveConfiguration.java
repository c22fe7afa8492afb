package glance.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The configuration of a running service. A reload reads the same files again and applies the options that are declared
 * {@link Option#reloadable()}; all others keep the value the service was started with. Thread-safe.
 */
public final class LiveConfiguration {
    /**
     * An option whose text differs.
     *
     * @param before the value, or {@code unset}; {@code ***} for secrets
     * @param after likewise
     */
    public record Change(String section, String option, String before, String after) {
        @Override
        public String toString() {
            return "option " + option + " in [" + section + "] from " + before + " to " + after;
        }
    }

    /** How a reload ended. */
    public sealed interface Reload {
        /**
         * The files are good.
         *
         * @param applied in force now; whoever uses these options reads {@link LiveConfiguration#current()} again
         * @param needRestart changed in the files since the start, but not in force before a restart
         */
        record Done(List<Change> applied, List<Change> needRestart, List<Finding> findings) implements Reload {
            public Done {
                applied = List.copyOf(applied);
                needRestart = List.copyOf(needRestart);
                findings = List.copyOf(findings);
            }
        }

        /** The files are not usable; everything stays as it was. */
        record Refused(ConfigException reason) implements Reload {}
    }

    private final ConfigurationFiles sources;
    private final Catalogue catalogue;
    private final MergedConfiguration started;
    private final List<Finding> findings;
    private final ReentrantLock reloading = new ReentrantLock();
    private volatile MergedConfiguration latest;

    private LiveConfiguration(ConfigurationFiles sources, Catalogue catalogue) {
        this.sources = sources;
        this.catalogue = catalogue;
        this.started = sources.read(catalogue);
        Check check = new Check(started, catalogue);
        check.requireUsable();
        this.findings = check.findings();
        this.latest = started;
    }

    /**
     * Reads and checks the configuration at the start of the service.
     *
     * @param options all options of the program
     * @throws ConfigException when a file cannot be read or values cannot be used, a line for each
     */
    public static LiveConfiguration start(ConfigurationFiles sources, List<OptionGroup> options) {
        return new LiveConfiguration(sources, new Catalogue(options));
    }

    /** What the operator should be told after the start. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** What is in force now. */
    public Configuration current() {
        MergedConfiguration now = latest;
        return now == started ? started : new Reloaded(started, now);
    }

    /** Reads the same files again. Environment and command line stay those of the process. */
    public Reload reload() {
        reloading.lock();
        try {
            MergedConfiguration next = sources.read(catalogue);
            Check check = new Check(next, catalogue);
            check.requireUsable();
            List<Change> applied = new ArrayList<>();
            List<Change> needRestart = new ArrayList<>();
            check.forEachOption((section, option) -> {
                if (option.isReloadable()) {
                    compare(latest, next, section, option, applied);
                } else {
                    compare(started, next, section, option, needRestart);
                }
            });
            latest = next;
            return new Reload.Done(applied, needRestart, check.findings());
        } catch (ConfigException e) {
            return new Reload.Refused(e);
        } finally {
            reloading.unlock();
        }
    }

    private static <T> void compare(
            MergedConfiguration before,
            MergedConfiguration after,
            String section,
            Option<T> option,
            List<Change> changes) {
        Optional<T> old = before.section(section).find(option);
        Optional<T> now = after.section(section).find(option);
        if (!old.equals(now)) {
            changes.add(new Change(section, option.name(), shown(option, old), shown(option, now)));
        }
    }

    private static <T> String shown(Option<T> option, Optional<T> value) {
        return option.isSecret() ? "***" : value.map(option::format).orElse("unset");
    }

    /** Reloadable options as of the last reload, the others as of the start. */
    private record Reloaded(MergedConfiguration started, MergedConfiguration latest) implements Configuration {
        @Override
        public Section section(String name) {
            return new ReloadedSection(started.section(name), latest.section(name));
        }

        @Override
        public Section section(String name, String fallback) {
            return new ReloadedSection(started.section(name, fallback), latest.section(name, fallback));
        }

        @Override
        public List<String> sectionNames() {
            return started.sectionNames();
        }

        @Override
        public List<Path> files() {
            return started.files();
        }

        @Override
        public List<Path> searchPath() {
            return started.searchPath();
        }

        @Override
        public Configuration with(String section, Map<String, String> values, String origin) {
            return new Reloaded(started.with(section, values, origin), latest.with(section, values, origin));
        }

        @Override
        public Optional<Path> findFile(String name) {
            return started.findFile(name);
        }
    }

    private record ReloadedSection(Section started, Section latest) implements Section {
        private Section of(Option<?> option) {
            return option.isReloadable() ? latest : started;
        }

        @Override
        public String name() {
            return started.name();
        }

        @Override
        public <T> T get(Option<T> option) {
            return of(option).get(option);
        }

        @Override
        public <T> Optional<T> find(Option<T> option) {
            return of(option).find(option);
        }

        @Override
        public boolean isSet(Option<?> option) {
            return of(option).isSet(option);
        }
    }
}
