// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/** The few system calls that Java has no words for. */
public final class Kernel {

    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle KILL =
            function("kill", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle WAITPID =
            function("waitpid", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle OPEN =
            function("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle SETNS =
            function("setns", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = function("close", ValueLayout.JAVA_INT);

    private Kernel() {}

    /** Sends a signal; to a process that is gone already, or was never known, it does nothing. */
    public static void signal(long pid, int signal) {
        if (pid <= 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            var _ = (int) KILL.invokeExact(arena.allocate(CALL_STATE), (int) pid, signal);
        } catch (Throwable bug) {
            throw new AssertionError(bug);
        }
    }

    /** Waits for the end of a child that this process inherited; another's is left alone. */
    static void reap(long pid) {
        if (pid <= 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            var _ =
                    (int)
                            WAITPID.invokeExact(
                                    arena.allocate(CALL_STATE), (int) pid, MemorySegment.NULL, 0);
        } catch (Throwable bug) {
            throw new AssertionError(bug);
        }
    }

    /**
     * Moves the calling thread into a network namespace, for good: to be called on a platform
     * thread that ends soon.
     *
     * @param namespace e.g. {@code /proc/123/ns/net}
     */
    public static void enterNetwork(Path namespace) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment path = arena.allocateFrom(namespace.toString());
            int file =
                    check((int) OPEN.invokeExact(state, path, O_RDONLY_CLOEXEC), state, namespace);
            int moved = (int) SETNS.invokeExact(state, file, CLONE_NEWNET);
            int errno = (int) ERRNO.get(state, 0L);
            var _ = (int) CLOSE.invokeExact(state, file);
            ERRNO.set(state, 0L, errno);
            check(moved, state, namespace);
        } catch (IOException | RuntimeException | Error known) {
            throw known;
        } catch (Throwable bug) {
            throw new AssertionError(bug);
        }
    }

    private static int check(int result, MemorySegment state, Path namespace) throws IOException {
        if (result < 0) {
            throw new IOException(
                    "cannot enter " + namespace + ": errno " + (int) ERRNO.get(state, 0L));
        }
        return result;
    }

    @SuppressWarnings("restricted") // That is what this class is for.
    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }
}
