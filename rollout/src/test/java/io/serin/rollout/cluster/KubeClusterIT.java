// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.serin.kube.Kube;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.fact.NamespaceGone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** An API server that restarts. */
class KubeClusterIT {

    @TempDir Path folder;

    private HttpServer api;
    private Kube kube;
    private volatile int status;
    private volatile Executable meanwhile = () -> {};

    @BeforeEach
    void start() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/api/v1/namespaces", this::answer);
        api.start();
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
                                .formatted(api.getAddress().getPort()));
        kube = Kube.connect(Optional.of(file), Optional.empty());
    }

    @AfterEach
    void stop() {
        kube.close();
        api.stop(0);
    }

    @Test
    void whoMayNotIsToldSo() {
        status = 403;

        assertThatThrownBy(() -> new KubeCluster(kube).namespaces())
                .isNotInstanceOf(ClusterGone.class)
                .hasMessageContaining("namespaces is forbidden");
    }

    @Test
    void oneThatRefusesEverybodyAfterItsReturnIsNotBackYet() {
        KubeCluster cluster = new KubeCluster(kube);
        status = 503;
        assertThatThrownBy(cluster::namespaces).isInstanceOf(ClusterGone.class);

        status = 403;
        assertThatThrownBy(cluster::namespaces)
                .isInstanceOf(ClusterGone.class)
                .hasMessageContaining("namespaces is forbidden");

        status = 200;
        assertThat(cluster.namespaces()).isEmpty();
    }

    /** By that alone it is told from an API server that is away. */
    @Test
    void whoIsInterruptedWhileHeAsksStaysInterrupted() throws Exception {
        status = 200;
        Thread asking = Thread.currentThread();
        CountDownLatch isTold = new CountDownLatch(1);
        meanwhile =
                () -> {
                    asking.interrupt();
                    isTold.await();
                };
        try {
            assertThatThrownBy(() -> new KubeCluster(kube).namespaces())
                    .isInstanceOf(ClusterGone.class);
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            isTold.countDown();
        }
    }

    @Test
    void whatIsDeletedMeanwhileIsSaidToBeGone() {
        KubeCluster cluster = new KubeCluster(kube);
        status = 404;

        assertThatThrownBy(() -> cluster.mark("preview", Map.of(), Map.of()))
                .isInstanceOf(NamespaceGone.class)
                .hasMessage("namespace preview is gone");
        assertThat(cluster.markUnchanged("preview", "7", Map.of())).isFalse();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            meanwhile.execute();
        } catch (Throwable interrupted) {
            throw new IOException(interrupted);
        }
        byte[] body =
                (status == 200
                                ? "{\"kind\":\"NamespaceList\",\"apiVersion\":\"v1\",\"items\":[]}"
                                : """
                                {"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,
                                 "message":"namespaces is forbidden"}
                                """
                                        .formatted(status))
                        .getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
