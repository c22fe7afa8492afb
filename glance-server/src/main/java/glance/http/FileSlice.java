package glance.http;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/** A part of somebody else's open file for sendfile. Unlike Netty's own it leaves the file open afterwards. */
final class FileSlice extends DefaultFileRegion {
    FileSlice(FileChannel file, long offset, long length) {
        super(file, offset, length);
    }

    /** Whether the native code, which reaches into the JDK's own class for the descriptor, can use that channel. */
    static boolean suits(FileChannel file) {
        return file.getClass().getName().equals("sun.nio.ch.FileChannelImpl");
    }

    @Override
    protected void deallocate() {
        // The caller closes the file.
    }
}
