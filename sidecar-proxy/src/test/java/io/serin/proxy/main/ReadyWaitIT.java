// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadyWaitIT {

    @Test
    void returnsWhenTheProxySaysThatItIsReady() throws Exception {
        AtomicInteger status = new AtomicInteger(503);
        CountDownLatch asked = new CountDownLatch(2);
        HttpServer health = server();
        health.createContext(
                "/healthz/ready",
                exchange -> {
                    asked.countDown();
                    exchange.sendResponseHeaders(status.get(), -1);
                    exchange.close();
                });
        health.start();
        try {
            CompletableFuture<Boolean> ready =
                    CompletableFuture.supplyAsync(
                            () -> until(health.getAddress().getPort(), Duration.ofSeconds(30)));
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(ready).isNotDone();

            status.set(200);

            assertThat(ready.get(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            health.stop(0);
        }
    }

    @Test
    void givesUpOnAProxyThatDoesNotGetReady() throws Exception {
        HttpServer nobody = server();
        int port = nobody.getAddress().getPort();
        nobody.stop(0);

        assertThat(ReadyWait.until(port, Duration.ofMillis(300))).isFalse();
    }

    private static boolean until(int port, Duration atMost) {
        try {
            return ReadyWait.until(port, atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static HttpServer server() throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }
}
