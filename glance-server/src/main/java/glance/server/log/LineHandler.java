package glance.server.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Writes each line to its sinks before the logging call returns: nothing is held back that an end of the process could lose.
 * Thread-safe.
 */
final class LineHandler extends Handler {
    private final List<Sink> sinks;
    private final Formatter formatter;
    private final LogConfig.RateLimit limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Logger root;
    private boolean failed;
    private long windowStart = System.nanoTime();
    private int written;
    private boolean discarded;

    LineHandler(Logger root, List<Sink> sinks, Formatter formatter, LogConfig.RateLimit limit) {
        this.root = root;
        this.sinks = List.copyOf(sinks);
        this.formatter = formatter;
        this.limit = limit;
    }

    @Override
    public void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        byte[] line = formatter.format(record).getBytes(StandardCharsets.UTF_8);
        lock.lock();
        try {
            if (admits(record.getLevel())) {
                write(severityOf(record.getLevel()), line);
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(Sink.Severity severity, byte[] line) {
        for (Sink sink : sinks) {
            try {
                sink.write(severity, line);
                failed = false;
            } catch (IOException e) {
                complain(e);
            }
        }
    }

    /** Says once that lines get lost, where somebody may still see it. */
    private void complain(IOException failure) {
        if (!failed) {
            failed = true;
            System.err.println("log cannot be written: " + failure);
        }
    }

    private boolean admits(Level level) {
        if (limit.seconds() == 0 || level.intValue() >= limit.except().intValue()) {
            return true;
        }
        long now = System.nanoTime();
        if (now - windowStart >= limit.seconds() * 1_000_000_000L) {
            windowStart = now;
            written = 0;
            discarded = false;
        }
        if (written < limit.burst()) {
            written++;
            return true;
        }
        if (!discarded) {
            discarded = true;
            String notice = "Logging rate limit: drop after " + limit.burst() + " records/" + limit.seconds() + "sec";
            LogRecord record = new LogRecord(Level.WARNING, notice);
            record.setLoggerName(LineHandler.class.getName());
            write(Sink.Severity.WARNING, formatter.format(record).getBytes(StandardCharsets.UTF_8));
        }
        return false;
    }

    private static Sink.Severity severityOf(Level level) {
        return switch (Levels.nameOf(level)) {
            case "CRITICAL", "ERROR" -> Sink.Severity.ERROR;
            case "WARNING" -> Sink.Severity.WARNING;
            case "INFO" -> Sink.Severity.INFO;
            default -> Sink.Severity.DEBUG;
        };
    }

    void reopen() {
        lock.lock();
        try {
            for (Sink sink : sinks) {
                try {
                    sink.reopen();
                } catch (IOException e) {
                    complain(e);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Really closes; for the end of a test or a replacement. */
    void closeSinks() {
        lock.lock();
        try {
            for (Sink sink : sinks) {
                sink.close();
            }
        } catch (IOException e) {
            complain(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    /**
     * Called by the log manager's own shutdown hook, which takes all handlers away while the service is still draining. It
     * comes back, so that the last lines are not lost; the system closes the files.
     */
    @Override
    public void close() {
        root.addHandler(this);
    }

    /** Standard error, past {@code System.err} and its buffers. */
    static Sink standardError(FileOutputStream stream) {
        return (severity, line) -> stream.write(line);
    }
}
