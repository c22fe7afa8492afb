package glance.server;

import glance.config.ConfigException;
import glance.config.RootFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one process to settle what it finds half-done in an embedded database: what another one is at would pass for what a
 * crash left. A lock on a file beside the database, which goes with the process, whatever ends it.
 */
final class SoleUse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SoleUse.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final FileChannel channel;

    private SoleUse(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for a process that is about to end.
     *
     * @param patience longer than requests in progress are given to finish
     * @throws ConfigException when another process goes on using the database
     */
    static SoleUse of(Path database, Duration patience) throws IOException {
        Path file = database.resolveSibling(database.getFileName() + ".lock");
        boolean isNew = Files.notExists(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (isNew) {
                RootFiles.giveToHost(file);
            }
            long until = System.nanoTime() + patience.toNanos();
            boolean told = false;
            while (tryLock(channel) == null) {
                if (System.nanoTime() - until > 0) {
                    throw new ConfigException("option connection in [database]: another glance-api serves " + database
                            + "; several need a database server");
                }
                if (!told) {
                    LOG.warn("waiting for the process that serves the database to end database={}", database);
                    told = true;
                }
                Thread.sleep(LOOK);
            }
            return new SoleUse(channel);
        } catch (InterruptedException stopped) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException thisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
