// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.serin.proxy.transport.Relay;
import io.serin.proxy.transport.Send;
import org.jspecify.annotations.Nullable;

/** Passes a whole connection on. */
public final class Passing {

    private Passing() {}

    /**
     * Dials and joins; where nobody can be reached the client sees a reset, as it would without us.
     *
     * @param client reads nothing until the other side is there
     * @param early what it sent already; passes over to here
     */
    public static void start(Channel client, @Nullable ByteBuf early, Opaque opaque) {
        client.config().setAutoRead(false);
        opaque.dial(client.eventLoop())
                .addListener(done -> {
                    if (done.isSuccess()) {
                        join(client, early, (Opaque.Dialed) done.getNow());
                    } else {
                        if (early != null) {
                            early.release();
                        }
                        Relay.reset(client);
                    }
                });
    }

    static void join(Channel client, @Nullable ByteBuf early, Opaque.Dialed dialed) {
        Channel server = dialed.channel();
        dialed.meter().tcpOpened();
        server.closeFuture()
                .addListener(closed -> {
                    dialed.meter().tcpClosed();
                    dialed.whenClosed().run();
                });
        if (!client.isActive()) {
            if (early != null) {
                early.release();
            }
            var _ = server.close();
            return;
        }
        if (early != null) {
            dialed.meter().tcpReceived(early.readableBytes());
            Send.now(server, early);
        }
        Relay.join(client, server, dialed.meter()::tcpReceived, dialed.meter()::tcpSent);
    }
}
