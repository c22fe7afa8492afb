package glance.registry.sql;

import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jdbi.v3.core.Handle;

/**
 * Tells afterwards whether a transaction was committed whose server was lost before it said so.
 *
 * <p>Each writer owns a row while its transaction lasts, and the transaction writes a number into it that it never held.
 * When the answer to COMMIT is lost, the row says what became of it: reading it with a lock waits for a transaction that the
 * server has not ended yet. A row is reused by the next writer, so there are as many as there ever were writers at once.
 * Thread-safe; a mark belongs to one writer.
 */
final class CommitMarks {
    private final Deque<Mark> free = new ConcurrentLinkedDeque<>();
    private final Dialect dialect;

    CommitMarks(Dialect dialect) {
        this.dialect = dialect;
    }

    /** A row and the number of its last transaction. */
    static final class Mark {
        private String writer = "";
        private boolean hasRow;
        private long number;
    }

    Mark take() {
        Mark mark = free.pollFirst();
        return mark == null ? new Mark() : mark;
    }

    void giveBack(Mark mark) {
        free.addFirst(mark);
    }

    /** Whether the mark has its row; it is made by a transaction of its own, so that a later reader finds and waits for it. */
    static boolean isKnown(Mark mark) {
        return mark.hasRow;
    }

    static void introduce(Handle handle, Mark mark) {
        // A new one each time: the row of a try whose COMMIT was not answered may be there.
        mark.writer = UUID.randomUUID().toString();
        handle.execute("INSERT INTO glancejvm_commits (writer, number) VALUES (?, 0)", mark.writer);
    }

    static void introduced(Mark mark) {
        mark.hasRow = true;
    }

    /** Writes the mark, as the last statement of its transaction. */
    static void leave(Handle handle, Mark mark) {
        int rows =
                handle.execute("UPDATE glancejvm_commits SET number = ? WHERE writer = ?", ++mark.number, mark.writer);
        if (rows == 0) {
            // Lost in a fail-over to a replica that lagged behind.
            handle.execute("INSERT INTO glancejvm_commits (writer, number) VALUES (?, ?)", mark.writer, mark.number);
        }
    }

    /** Whether the transaction that left the mark last was committed. */
    boolean isCommitted(Handle handle, Mark mark) {
        return handle.createQuery("SELECT number FROM glancejvm_commits WHERE writer = ?" + dialect.forUpdate())
                        .bind(0, mark.writer)
                        .mapTo(Long.class)
                        .findOne()
                        .orElse(0L)
                == mark.number;
    }
}
