// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Resources;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;

/** An API server on a port of the loopback, with a service account in its default namespace. */
final class RunningServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx = Vertx.vertx();
    private final ApiServer server;
    private final String url;

    RunningServer() {
        server =
                new ApiServer(
                        vertx,
                        Clock.systemUTC(),
                        new ApiServer.Settings(
                                List.of("localhost", "kubernetes.default.svc"),
                                List.of("127.0.0.1"),
                                List.of()),
                        new ScriptedPods());
        int port =
                server.listen(SocketAddress.inetSocketAddress(0, "127.0.0.1"))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
        url = "https://127.0.0.1:" + port;
        ObjectNode account = json("{metadata: {name: default, namespace: default}}");
        ObjectNode made = api().create(Resources.SERVICE_ACCOUNTS, account);
        assert !made.isEmpty();
    }

    /** JSON that is written as people write it: names and words without quotes. */
    static ObjectNode json(String relaxed) {
        return JSON.valueToTree(new org.yaml.snakeyaml.Yaml().<Object>load(relaxed));
    }

    ClusterApi api() {
        return server.api("test");
    }

    Vertx vertx() {
        return vertx;
    }

    ApiServer server() {
        return server;
    }

    String url() {
        return url;
    }

    String kubeconfig() {
        return server.kubeconfig(url);
    }

    /** A file that lives as long as the test's folder. */
    java.nio.file.Path kubeconfig(java.nio.file.Path folder) {
        try {
            return java.nio.file.Files.writeString(folder.resolve("kubeconfig"), kubeconfig());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
