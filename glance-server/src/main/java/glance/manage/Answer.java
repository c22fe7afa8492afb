package glance.manage;

import java.io.PrintStream;

/** Where a command's facts go: one short line each, errors apart. */
record Answer(PrintStream out, PrintStream err) {
    void say(String line) {
        out.println(line);
    }

    /** Says why a command did not do what it was asked; the status of that. */
    int refuse(String line) {
        err.println(line);
        return ManageMain.FAILED;
    }
}
