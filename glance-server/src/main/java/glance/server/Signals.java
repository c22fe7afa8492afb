package glance.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals to the process. The JDK's only way to hear them is {@code sun.misc.Signal}, whose mere mention is a compiler
 * warning that cannot be suppressed; hence the one use of reflection.
 */
public final class Signals {
    private Signals() {}

    /**
     * Runs {@code action} on a thread of the JDK's at every such signal.
     *
     * @param name without {@code SIG}
     */
    public static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listener = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        action.run();
                        return null;
                    });
            Object caught = signal.getConstructor(String.class).newInstance(name);
            var _ = signal.getMethod("handle", signal, handler).invoke(null, caught, listener);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("this JDK offers no signals", e);
        }
    }
}
