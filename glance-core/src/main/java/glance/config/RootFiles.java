package glance.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * Files that an operator's command makes as root among a service's: they must become the service's, which could not use them
 * else, and root must not be led elsewhere by a link there.
 */
public final class RootFiles {
    private static final String ROOT = "root";

    private RootFiles() {}

    /** Whether this is root about to make something in somebody else's directory. */
    public static boolean isGuest(Path file) {
        return ROOT.equals(System.getProperty("user.name")) && !ROOT.equals(ownerOfDirectory(file));
    }

    private static String ownerOfDirectory(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            return directory == null ? ROOT : Files.getOwner(directory).getName();
        } catch (IOException | UnsupportedOperationException unknown) {
            return ROOT; // whoever makes the file will say why it cannot
        }
    }

    /**
     * Gives what root has just made to the owner and group of its directory; does nothing where that is root, or for others than
     * root.
     *
     * @throws IOException when that fails
     */
    public static void giveToHost(Path made) throws IOException {
        if (!isGuest(made)) {
            return;
        }
        Path directory = made.toAbsolutePath().getParent();
        if (directory == null) {
            return;
        }
        PosixFileAttributes host = Files.readAttributes(directory, PosixFileAttributes.class);
        PosixFileAttributeView file =
                Files.getFileAttributeView(made, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        file.setGroup(host.group());
        file.setOwner(host.owner());
    }
}
