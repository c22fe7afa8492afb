package glance.client.cli;

import glance.client.ClientException;
import glance.client.Text;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The image data the user brings.
 *
 * @param size in bytes, unknown for pipes
 */
record ImageSource(InputStream data, OptionalLong size) implements Closeable {

    /** The file named, else standard input unless it is closed or a terminal, else null. */
    static @Nullable ImageSource of(@Nullable String file, Terminal terminal) {
        if (file != null) {
            return open(terminal.directory().resolve(file), file);
        }
        InputStream input = terminal.input();
        return input == null || terminal.inputIsTerminal() ? null : new ImageSource(input, terminal.inputBytes());
    }

    private static ImageSource open(Path path, String named) {
        try {
            if (Files.isDirectory(path)) {
                throw new ClientException("cannot read " + named + ": is a directory");
            }
            OptionalLong size = Files.isRegularFile(path) ? OptionalLong.of(Files.size(path)) : OptionalLong.empty();
            return new ImageSource(Files.newInputStream(path), size);
        } catch (IOException unreadable) {
            throw new ClientException("cannot read " + named + ": " + Text.reason(unreadable), unreadable);
        }
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}
