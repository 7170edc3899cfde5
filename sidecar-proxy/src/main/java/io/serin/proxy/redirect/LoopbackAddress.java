// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

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
import java.net.Inet6Address;
import java.util.Arrays;

/**
 * Gives the loopback interface one more IPv6 address, as {@code ip addr add} would; the image has
 * no such program. IPv4 needs none of this: all of 127.0.0.0/8 is there from the start.
 * netdevice(7), linux/ipv6.h.
 */
@SuppressWarnings("restricted")
final class LoopbackAddress {

    private static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM = 2;
    private static final int SIOCSIFADDR = 0x8916;
    private static final int EEXIST = 17;

    /** In every network namespace. */
    private static final int LOOPBACK_INDEX = 1;

    /** {@code struct in6_ifreq}: the address, the length of its prefix, the interface. */
    private static final int REQUEST_BYTES = 24;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private LoopbackAddress() {}

    /**
     * Adds it; one that is there stays.
     *
     * @throws IOException when the kernel refuses
     */
    static void add(Inet6Address address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment request = arena.allocate(REQUEST_BYTES, 4);
            MemorySegment.copy(address.getAddress(), 0, request, ValueLayout.JAVA_BYTE, 0, 16);
            request.set(ValueLayout.JAVA_INT, 16, 128);
            request.set(ValueLayout.JAVA_INT, 20, LOOPBACK_INDEX);
            // Where there is no socket, the next call says so.
            int socket = (int) function("socket", 3).invokeExact(AF_INET6, SOCK_DGRAM, 0);
            int result = (int) ioctl().invokeExact(state, socket, (long) SIOCSIFADDR, request);
            int errno = (int) ERRNO.get(state, 0L);
            int _ = (int) function("close", 1).invokeExact(socket);
            if (result != 0 && errno != EEXIST) {
                throw new IOException(
                        "lo can't be given " + address.getHostAddress() + ": errno " + errno);
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library", e);
        }
    }

    private static MethodHandle function(String name, int ints) {
        MemoryLayout[] arguments = new MemoryLayout[ints];
        Arrays.fill(arguments, ValueLayout.JAVA_INT);
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    private static MethodHandle ioctl() {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2),
                Linker.Option.captureCallState("errno"));
    }
}
