package glance.client;

import java.util.OptionalLong;

/** Watches a transfer. Called on the transferring thread, after each piece. */
public interface Progress {
    /** Watches nothing. */
    Progress NONE = new Progress() {
        @Override
        public void start(OptionalLong totalBytes) {}

        @Override
        public void moved(long bytes) {}

        @Override
        public void end() {}
    };

    /** A transfer begins, or begins again from nothing. */
    void start(OptionalLong totalBytes);

    /** So many bytes more are done. */
    void moved(long bytes);

    /** All bytes are done. */
    void end();
}
