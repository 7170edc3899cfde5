// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both sidecars of a call, while the called one goes away under load: nothing is lost. */
@Timeout(60)
class PairIT {

    /** Clients that send one request after the other until they are told to stop. */
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> clients = new ArrayList<>();
        private final AtomicInteger answered = new AtomicInteger();
        final Queue<String> failures = new ConcurrentLinkedQueue<>();

        Load(int port, int count) {
            for (int i = 0; i < count; i++) {
                clients.add(Thread.ofVirtual().start(() -> send(port)));
            }
        }

        private void send(int port) {
            try (TestClient client = new TestClient(port)) {
                while (!over.get()) {
                    String answer = client.get("/");
                    if (answer.startsWith("HTTP/1.1 200")) {
                        answered.incrementAndGet();
                    } else {
                        failures.add(answer);
                    }
                }
            } catch (IOException broken) {
                failures.add(broken.toString());
            }
        }

        /** Waits until so many more were answered. */
        void more(int count) throws InterruptedException {
            int enough = answered.get() + count;
            while (answered.get() < enough && failures.isEmpty()) {
                Thread.sleep(5);
            }
        }

        @Override
        public void close() throws IOException {
            over.set(true);
            for (Thread client : clients) {
                try {
                    client.join();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    @Test
    void aSidecarThatIsAskedToLeaveLosesNothing() throws Exception {
        try (TestServer one = TestServer.answering("one");
                TestServer two = TestServer.answering("two");
                ProxyHarness leaving = ProxyHarness.inbound(at(one.port()), true);
                ProxyHarness staying = ProxyHarness.inbound(at(two.port()), true);
                ProxyHarness caller =
                        ProxyHarness.outbound(ProxyHarness.service(leaving.port, staying.port));
                Load load = new Load(caller.port, 8)) {
            load.more(500);
            leaving.drain.announce();
            load.more(500);
            assertThat(leaving.drain.stop(Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS))
                    .isZero();
            load.more(500);
            assertThat(load.failures).isEmpty();
        }
    }

    @Test
    void anApplicationThatIsKilledLosesNothingThatMayBeRepeated() throws Exception {
        try (TestServer one = TestServer.answering("one");
                TestServer two = TestServer.answering("two");
                ProxyHarness alone = ProxyHarness.inbound(at(one.port()), true);
                ProxyHarness staying = ProxyHarness.inbound(at(two.port()), true);
                ProxyHarness caller =
                        ProxyHarness.outbound(ProxyHarness.service(alone.port, staying.port));
                Load load = new Load(caller.port, 8)) {
            load.more(500);
            one.kill();
            load.more(1000);
            assertThat(load.failures).isEmpty();
        }
    }
}
