// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;

/** An HTTP server in an API server's place; each request has a thread of its own. */
public final class StubApi implements AutoCloseable {

    private final HttpServer server;

    public StubApi(HttpHandler answer) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", answer);
        server.start();
    }

    /** By a kubeconfig that is written into this folder. */
    public Kube connect(Path folder) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("kubeconfig"),
                        """
                        apiVersion: v1
                        kind: Config
                        current-context: stub
                        clusters: [{name: stub, cluster: {server: "http://127.0.0.1:%d"}}]
                        users: [{name: stub, user: {}}]
                        contexts: [{name: stub, context: {cluster: stub, user: stub}}]
                        """
                                .formatted(server.getAddress().getPort()));
        return Kube.connect(Optional.of(file), Optional.empty());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
