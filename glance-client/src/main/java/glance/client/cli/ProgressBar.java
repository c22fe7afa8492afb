package glance.client.cli;

import glance.client.Progress;
import java.io.PrintStream;
import java.util.OptionalLong;

/** Draws {@code [=====>      ] 30%} over itself while bytes move, for people at a terminal. */
final class ProgressBar implements Progress {
    private static final int COLUMNS = 30;

    private final PrintStream out;
    private long total;
    private long done;
    private String shown = "";

    private ProgressBar(PrintStream out) {
        this.out = out;
    }

    /** Watches when it was asked for and somebody is looking. */
    static Progress on(Terminal terminal, boolean wanted) {
        return wanted && terminal.outIsTerminal() ? new ProgressBar(terminal.out()) : NONE;
    }

    @Override
    public void start(OptionalLong totalBytes) {
        total = totalBytes.orElse(0);
        done = 0;
    }

    @Override
    public void moved(long bytes) {
        done += bytes;
        draw();
    }

    @Override
    public void end() {
        if (total > 0) {
            out.print("\n");
            out.flush();
        }
    }

    private void draw() {
        if (total <= 0) {
            return;
        }
        String picture = picture(Math.min(1.0, (double) done / total));
        if (!picture.equals(shown)) {
            shown = picture;
            out.print(picture);
            out.flush();
        }
    }

    static String picture(double fraction) {
        String bar = "=".repeat((int) Math.rint((COLUMNS - 1) * fraction)) + ">";
        return "\r[" + bar + " ".repeat(COLUMNS - bar.length()) + "] " + (int) Math.rint(fraction * 100) + "%";
    }
}
