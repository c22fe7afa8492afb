package glance.server.log;

import glance.config.RootFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file that lines are appended to, unbuffered. Not thread-safe. */
final class LogFile implements Sink {
    /** How often a watched file is looked at, in nanoseconds. */
    private static final long WATCH_NANOS = 200_000_000L;

    private final Path path;
    private final boolean watched;
    private FileChannel channel;
    private @Nullable Object key;
    private long watchedAt = System.nanoTime();

    /**
     * @param watched opened anew when it was moved or removed
     * @throws IOException when it cannot be opened
     */
    LogFile(Path path, boolean watched) throws IOException {
        this.path = path;
        this.watched = watched;
        this.channel = open(path);
        this.key = keyOf(path);
    }

    private static FileChannel open(Path path) throws IOException {
        if (!RootFiles.isGuest(path)) {
            return FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        }
        boolean isNew = Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND,
                LinkOption.NOFOLLOW_LINKS);
        if (isNew) {
            RootFiles.giveToHost(path);
        }
        return channel;
    }

    private static @Nullable Object keyOf(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            // Moved away: no key, so that it is opened anew.
            return null;
        }
    }

    @Override
    public void write(Severity severity, byte[] line) throws IOException {
        if (watched && System.nanoTime() - watchedAt > WATCH_NANOS) {
            watchedAt = System.nanoTime();
            if (!Objects.equals(key, keyOf(path))) {
                reopen();
            }
        }
        ByteBuffer rest = ByteBuffer.wrap(line);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    /** Opens the path anew; when that fails the file open now stays in use. */
    @Override
    public void reopen() throws IOException {
        FileChannel fresh = open(path);
        channel.close();
        channel = fresh;
        key = keyOf(path);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
