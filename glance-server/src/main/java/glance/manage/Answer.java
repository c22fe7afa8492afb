package glance.manage;

import java.io.PrintStream;

/** Where a command's facts go: one short line each, errors apart. */
record Answer(PrintStream out, PrintStream err) {
    static Answer ofProcess() {
        return new Answer(System.out, System.err);
    }

    /** Ends the process with a status; one of success only when all facts have been taken. */
    void exit(int status) {
        boolean lost = out.checkError();
        if (lost) {
            err.println("standard output cannot be written");
        }
        if (status != 0 || lost) {
            System.exit(Math.max(status, lost ? ManageMain.FAILED : 0));
        }
    }

    void say(String line) {
        out.println(line);
    }

    /** Says why a command did not do what it was asked; the status of that. */
    int refuse(String line) {
        err.println(line);
        return ManageMain.FAILED;
    }
}
