package glance.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import javax.net.ssl.SSLException;

/** Words for messages. */
public final class Text {
    private static final int QUOTE_LIMIT = 120;

    private Text() {}

    /** Foreign text made safe for one line: quoted, control characters replaced, cut at 120 characters. */
    public static String quoted(String foreign) {
        String line = foreign.replaceAll("\\p{Cntrl}", "?");
        return "'" + (line.length() > QUOTE_LIMIT ? line.substring(0, QUOTE_LIMIT) + "..." : line) + "'";
    }

    /** Why an I/O operation failed, in words a user understands. */
    public static String reason(IOException failure) {
        String said = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException file -> file.getReason() == null ? "cannot be used" : file.getReason();
            case UnknownHostException host -> "unknown host " + quoted(said);
            case SocketTimeoutException _ -> "timed out";
            case SSLException _ -> "TLS: " + said;
            default -> said;
        };
    }
}
