// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.node;

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
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network namespace, held open: it stays what it is, whatever becomes of the process that it was
 * found by. Who opens it closes it. setns(2).
 */
@SuppressWarnings("restricted")
final class PodNetwork implements AutoCloseable {

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final int descriptor;

    private PodNetwork(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens it.
     *
     * @param file e.g. /proc/1/ns/net
     * @throws IOException when it is not there, or this program may not
     */
    static PodNetwork open(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MethodHandle open =
                    function(
                            "open",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT),
                            Linker.Option.firstVariadicArg(2));
            int descriptor =
                    (int)
                            open.invokeExact(
                                    state,
                                    arena.allocateFrom(file.toString()),
                                    O_RDONLY | O_CLOEXEC);
            check(file.toString(), descriptor, state);
            return new PodNetwork(descriptor);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library", e);
        }
    }

    /** The kernel's name for it, the same for all who are in it: {@code net:[4026531840]}. */
    String name() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    }

    /**
     * Takes the calling thread there, and the processes that it starts; no other thread. There is
     * no way back: let the thread end. It must not be a virtual one.
     *
     * @throws IOException when this program may not
     */
    void enter() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MethodHandle setns =
                    function(
                            "setns",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT));
            check("setns", (int) setns.invokeExact(state, descriptor, CLONE_NEWNET), state);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library", e);
        }
    }

    private static void check(String what, int result, MemorySegment state) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": errno " + (int) ERRNO.get(state, 0L));
        }
    }

    private static MethodHandle function(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = java.util.Arrays.copyOf(options, options.length + 1);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
    }

    @Override
    public void close() {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle close =
                    function(
                            "close",
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            int _ = (int) close.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library", e);
        }
    }
}
