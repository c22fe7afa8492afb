package glance.server.log;

import java.io.IOException;

/** Where lines go. Called under the handler's lock. */
@FunctionalInterface
interface Sink extends AutoCloseable {
    /** The levels of syslog that lines have here, by their number. */
    enum Severity {
        ERROR(3),
        WARNING(4),
        INFO(6),
        DEBUG(7);

        private final int number;

        Severity(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /** @param line in UTF-8, ending with a line break */
    void write(Severity severity, byte[] line) throws IOException;

    /** Opens what it writes to anew, where that means something. */
    default void reopen() throws IOException {}

    @Override
    default void close() throws IOException {}
}
