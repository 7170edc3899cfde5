// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Whether a connection can be opened. */
record TcpSocket(String address, int port) implements Check {

    @Override
    public Outcome ask(Duration timeout) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
            return new Outcome(true, "connected");
        } catch (SocketTimeoutException late) {
            return new Outcome(false, "dial tcp " + address + ":" + port + ": i/o timeout");
        } catch (IOException failed) {
            return new Outcome(
                    false, "dial tcp " + address + ":" + port + ": " + failed.getMessage());
        }
    }
}
