// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Hears the signals that end a process.
 *
 * <p>A shutdown hook would not do: the JVM ignores a second signal while hooks run, and ends with
 * 143 for the first. {@code sun.misc.Signal}, of module jdk.unsupported, is what there is for it;
 * by reflection, since the compiler's warning for it can't be turned off for one class.
 */
final class Signals {

    private Signals() {}

    /** Runs this at each SIGTERM and SIGINT, on a thread of its own. */
    static void onTerminate(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler run =
                    (proxy, method, arguments) -> {
                        action.run();
                        return null;
                    };
            Object listener =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, run);
            for (String name : new String[] {"TERM", "INT"}) {
                Object one = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, one, listener);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a JVM without sun.misc.Signal", e);
        }
    }
}
