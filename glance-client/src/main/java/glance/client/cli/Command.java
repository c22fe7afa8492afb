package glance.client.cli;

import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * One subcommand.
 *
 * @param summary one sentence of help
 * @param declares adds its options and arguments
 */
record Command(String name, String summary, UnaryOperator<Grammar> declares, Action action) {
    /** What it does with checked arguments. */
    interface Action {
        void run(Invocation call) throws IOException;
    }

    /** @param exact without the options only older clients knew */
    Grammar grammar(boolean exact) {
        return declares.apply(new Grammar(exact));
    }
}
