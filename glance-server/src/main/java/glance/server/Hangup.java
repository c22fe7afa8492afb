package glance.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * SIGHUP. The JDK's only way to hear it is {@code sun.misc.Signal}, whose mere mention is a compiler warning that cannot be
 * suppressed; hence the one use of reflection.
 */
final class Hangup {
    private Hangup() {}

    /** Runs {@code action} on a thread of the JDK's at every SIGHUP. */
    static void onSignal(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listener = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        action.run();
                        return null;
                    });
            Object hup = signal.getConstructor(String.class).newInstance("HUP");
            var _ = signal.getMethod("handle", signal, handler).invoke(null, hup, listener);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("this JDK offers no signals", e);
        }
    }
}
