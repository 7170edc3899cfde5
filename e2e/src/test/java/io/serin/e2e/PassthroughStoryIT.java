// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import org.junit.jupiter.api.Test;

/** What is not HTTP, and what the mesh does not know, passes through untouched. */
@Story
class PassthroughStoryIT {

    /** Speaks first, then echoes one line: as SMTP or a database does. */
    private static final String GREETER =
            """
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: greeter
            spec:
              selector:
                matchLabels: {app: greeter}
              template:
                metadata:
                  labels: {app: greeter}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: greeter
                      image: serin-workload:0.1.0
                      ports:
                        - containerPort: 7000
                      command:
                        - perl
                        - -MIO::Socket::INET
                        - -e
                        - |
                          my $listener = IO::Socket::INET->new(
                              LocalPort => 7000, Listen => 10, ReuseAddr => 1) or die $!;
                          while (my $peer = $listener->accept) {
                              $peer->autoflush(1);
                              print $peer "220 greeter speaks first\\n";
                              my $line = <$peer>;
                              print $peer "250 heard $line" if defined $line;
                              close $peer;
                          }
            """;

    private static final String SERVICE =
            """
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: %s
            spec:
              selector: {app: greeter}
              ports:
                - {name: "%s", port: 7000}
            """;

    private static final String GREETING = "220 greeter speaks first\n";
    private static final String ANSWER = "250 heard hello\n";

    private final Stage stage;

    PassthroughStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void letsAServerSpeakFirst() {
        try (Scene shop = stage.scene("opaque", Stage.FIRST)) {
            shop.perform(
                    GREETER
                            + SERVICE.formatted("declared", "tcp-greeter")
                            + SERVICE.formatted("undeclared", "greeter")
                            + Cast.server("reviews", "v1", 1, 9080, "")
                            + Cast.service("reviews", 9080));
            String reviews = shop.url("reviews", 9080, "/");
            Waiting.until("the mesh is there", () -> shop.curl(reviews).out().contains("\"v1\""));

            for (String service : new String[] {"declared", "undeclared"}) {
                String talk =
                        """
                        exec 3<>/dev/tcp/%s.%s/7000; timeout 5 head -n 1 <&3; \
                        echo hello >&3; timeout 5 cat <&3\
                        """
                                .formatted(service, shop.name());
                assertThat(shop.inVisitor("bash -c", talk).out())
                        .as(service)
                        .isEqualTo(GREETING + ANSWER);
            }
            assertThatTheSidecarCarried(shop, 2);
        }
    }

    private static void assertThatTheSidecarCarried(Scene shop, int talks) {
        String greeter = shop.pod("app=greeter");
        String bySidecar = "reporter=\"destination\"";
        assertThat(shop.counter(greeter, "istio_tcp_connections_opened_total", bySidecar))
                .isEqualTo(talks);
        assertThat(shop.counter(greeter, "istio_tcp_received_bytes_total", bySidecar))
                .as("what the clients said")
                .isEqualTo(talks * (long) "hello\n".length());
        assertThat(shop.counter(greeter, "istio_tcp_sent_bytes_total", bySidecar))
                .as("what the greeter said")
                .isEqualTo(talks * (long) (GREETING + ANSWER).length());
    }

    @Test
    void leavesWhatItDoesNotKnowAlone() {
        try (Scene shop = stage.scene("beyond", Stage.FIRST)) {
            // The API server speaks TLS, and its address belongs to no pod.
            assertThat(shop.curl("--insecure", "https://kubernetes.default/livez").out())
                    .isEqualTo("ok");

            shop.perform(Cast.server("reviews", "v1", 1, 9080, "") + Cast.service("reviews", 9080));
            String ip =
                    stage.kubectl()
                            .run(
                                    "get pod %s -n %s -o jsonpath={.status.podIP}"
                                            .formatted(shop.pod("app=reviews"), shop.name()));
            assertThat(shop.curl("http://" + ip + ":9080/").out())
                    .as("a pod's own address")
                    .contains("\"version\":\"v1\"");
        }
    }
}
