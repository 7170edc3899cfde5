// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that wait for a connection to an endpoint. */
@Timeout(60)
class LineIT {

    private static final Duration PATIENT = Duration.ofSeconds(20);

    private static final String GET = "GET / HTTP/1.1\r\nHost: reviews\r\n\r\n";

    /** Connections that are made at once. */
    private static final int MOST = 4;

    private static ProxyHarness before(int port) {
        return ProxyHarness.outbound(ProxyHarness.patient(ProxyHarness.service(port), PATIENT));
    }

    /** Once a new proxy made one, with a handshake, for each of a thousand requests a second. */
    @Test
    void fewConnectionsAreMadeAtOnce() throws IOException {
        try (SilentServer silent = new SilentServer();
                ProxyHarness proxy = before(silent.port());
                Crowd crowd = new Crowd(proxy.port, 100)) {
            crowd.each(client -> client.get("/"));
            await().until(() -> silent.knocking() == MOST);
            await().pollDelay(Duration.ofMillis(300)).until(() -> silent.knocking() == MOST);

            silent.speak(TestServer.each("late"));
            assertThat(crowd.answers()).hasSize(100).allMatch(text -> text.endsWith("late"));
        }
    }

    @Test
    void aRequestTakesAConnectionThatBecomesFreeBeforeItsOwnIsMade() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (SilentServer afterOne =
                        new SilentServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            asked.countDown();
                            awaitQuietly(answer);
                            out.write(TestServer.ok("one"));
                            TestServer.each("next").serve(in, out, socket);
                        });
                ProxyHarness proxy = before(afterOne.port());
                TestClient first = new TestClient(proxy.port)) {
            first.send(GET);
            asked.await();
            afterOne.fallSilent();
            try (TestClient second = new TestClient(proxy.port)) {
                second.send(GET);
                await().until(() -> afterOne.knocking() == 1);
                answer.countDown();
                assertThat(first.answer()).endsWith("one");
                assertThat(second.answer()).endsWith("next");
                assertThat(afterOne.knocking()).isOne();
            }
        }
    }

    @Test
    void allInLineGoElsewhereWhenTheEndpointIsSlow() throws IOException {
        try (SilentServer silent = new SilentServer();
                TestServer app = TestServer.answering("alive");
                ProxyHarness proxy = ProxyHarness.preferring(silent.port(), app.port(), PATIENT);
                Crowd crowd = new Crowd(proxy.port, 100)) {
            crowd.each(client -> client.get("/"));
            assertThat(crowd.answers()).hasSize(100).allMatch(text -> text.endsWith("alive"));
            assertThat(crowd.answersWithin(PATIENT.dividedBy(4))).isEqualTo(100);
        }
    }

    @Test
    void whereNobodySpeaksAllInLineAreTold() throws IOException {
        Duration patience = Duration.ofSeconds(1);
        try (SilentServer silent = new SilentServer();
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.patient(
                                        ProxyHarness.service(silent.port()), patience));
                Crowd crowd = new Crowd(proxy.port, 100)) {
            crowd.each(client -> client.get("/"));
            assertThat(crowd.answers())
                    .hasSize(100)
                    .allMatch(text -> text.startsWith("HTTP/1.1 503"))
                    .allMatch(text -> text.contains("SRN2104"));
            assertThat(crowd.answersWithin(patience.multipliedBy(3))).isEqualTo(100);
        }
    }

    @Test
    void noConnectionIsMadeForClientsThatHaveLeft() throws Exception {
        try (SilentServer silent = new SilentServer();
                ProxyHarness proxy = before(silent.port());
                Crowd staying = new Crowd(proxy.port, MOST)) {
            staying.each(client -> client.get("/"));
            await().until(() -> silent.knocking() == MOST);
            try (Crowd leaving = new Crowd(proxy.port, 50)) {
                leaving.each(client -> client.get("/"));
                Thread.sleep(300);
            }
            Thread.sleep(300);
            try (TestServer late = silent.speak(TestServer.each("late"))) {
                assertThat(staying.answers()).hasSize(MOST);
                Thread.sleep(300);
                assertThat(late.connections).hasValue(silent.queued() + MOST);
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
