// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, with a way back for a socket that had nothing to wait for.
 *
 * <p>A socket whose peer has ended its half, and from which nothing is read for now, waits for
 * nothing: Netty takes it out of the epoll set, so that a reset can't make it spin
 * (CVE-2026-42577), but does not put it in again when there is something to wait for. In 4.2.13 to
 * 4.2.20, reading on or a write that has to wait then fails with {@code epoll_ctl ... No such file
 * or directory} and closes the connection, with all that it still held. Here it is registered anew.
 * {@code PassingIT} fails without this class; once it does not, the class can go.
 */
final class SteadyEpoll implements IoHandler {

    private static final EpollIoOps NOTHING = EpollIoOps.NONE;

    private final IoHandler epoll;

    private SteadyEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory factory() {
        IoHandlerFactory netty = EpollIoHandler.newFactory();
        return executor -> new SteadyEpoll(netty.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(handle, epoll.register(handle));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    /** The event loop's, as the channel that it is for. */
    private final class Registration implements IoRegistration {

        private final IoHandle handle;
        private IoRegistration registered;
        private boolean out;

        Registration(IoHandle handle, IoRegistration registered) {
            this.handle = handle;
            this.registered = registered;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's
        public <T> T attachment() {
            return registered.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean nothing = ops.equals(NOTHING);
            if (out && nothing) {
                return 0;
            }
            // A channel takes no notice of being unregistered and registered. One that was closed
            // has cancelled before: it stays out, and what is submitted goes nowhere.
            if (out && registered.cancel()) {
                try {
                    registered = epoll.register(handle);
                } catch (Exception e) {
                    throw new IllegalStateException("a socket could not be registered again", e);
                }
            }
            out = nothing;
            return registered.submit(ops);
        }

        @Override
        public boolean isValid() {
            return registered.isValid();
        }

        @Override
        public boolean cancel() {
            return registered.cancel();
        }
    }
}
