package glance.config;

/** The configuration of one process: files, environment and command line merged by oslo.config's rules. Immutable. */
public interface Configuration {
    /** A section; an absent one reads as empty. */
    Section section(String name);

    /** A section whose unset options are taken from {@code fallback}: {@code [id]}, then {@code [backend_defaults]}. */
    Section section(String name, String fallback);
}
