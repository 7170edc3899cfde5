// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.SocketChannel;

/**
 * Makes sockets that rules take for the proxy's: a rule asks for the user for files of whoever made
 * the socket. Where this program is of another user, root, it borrows the proxy's for the moment.
 *
 * @param uid the proxy's
 */
@SuppressWarnings("restricted")
record ProxyUser(int uid) {

    /** No user; asks who it is, and changes nothing. */
    private static final int NOBODY = -1;

    /** The first of the users: the rules of the others stand behind this one's. */
    static ProxyUser of(RedirectSettings settings) {
        return new ProxyUser(settings.uids().first());
    }

    /**
     * A socket that is not connected yet; who asks for it closes it.
     *
     * @throws IOException when this program may not act for that user
     */
    SocketChannel socket() throws IOException {
        int own = setfsuid(NOBODY);
        if (own == uid) {
            return SocketChannel.open();
        }
        // Of this thread alone, and of no process that it starts.
        int _ = setfsuid(uid);
        try {
            if (setfsuid(NOBODY) != uid) {
                throw new IOException(
                        "--run-validation: run by user "
                                + own
                                + " (expected: user "
                                + uid
                                + ", the proxy's, or the capability SETUID to act for it)");
            }
            return SocketChannel.open();
        } finally {
            int _ = setfsuid(own);
        }
    }

    /** Who it was before; setfsuid(2). */
    private static int setfsuid(int uid) {
        Linker linker = Linker.nativeLinker();
        MethodHandle call =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("setfsuid"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            return (int) call.invokeExact(uid);
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library", e);
        }
    }
}
