// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** An ordinary server, which says its name and who called it. */
public final class SketchApp {

    private SketchApp() {}

    public static void main(String[] args) throws IOException {
        for (String each : args) {
            int port = Integer.parseInt(each);
            HttpServer server = HttpServer.create(new InetSocketAddress(port), 64);
            server.createContext(
                    "/",
                    exchange -> {
                        String peer = exchange.getRemoteAddress().getAddress().getHostAddress();
                        byte[] answer =
                                (port + " called by " + peer).getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(200, answer.length);
                        exchange.getResponseBody().write(answer);
                        exchange.close();
                    });
            server.start();
        }
    }
}
