// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.serin.proxy.settings.AppMetrics;
import io.serin.proxy.settings.AppPages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The agent's page of metrics with the application's in it. */
class MergedMetricsIT {

    private static final String PAGE = "/stats/prometheus";
    private static final String OWN = "istio_requests_total 7\n";
    private static final String FAILED =
            "istio_agent_scrape_failures_total{type=\"application\"} 1\n";

    private final HttpServer app;
    private final Agent agent;

    MergedMetricsIT() throws IOException {
        app = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 8);
        app.start();
        agent = agent(app.getAddress().getPort());
    }

    @AfterEach
    void end() {
        app.stop(0);
        agent.close();
    }

    @Test
    void holdsTheApplicationsPageBehindTheProxysOwn() throws Exception {
        answer(200, "text/plain; version=0.0.4", "process_cpu_seconds_total 5\norders_total 3\n");

        String page = agent.get(PAGE, "host: a");

        assertThat(page)
                .startsWith("HTTP/1.1 200 ")
                .contains("content-type: text/plain; version=0.0.4; charset=utf-8\n")
                .contains(OWN, "istio_agent_scrapes_total 1\n")
                .endsWith("process_cpu_seconds_total 5\norders_total 3\n");
        assertThat(page.split("\nprocess_cpu_seconds_total", -1))
                .as("the proxy's own of that name is left out")
                .hasSize(2);
        assertThat(agent.prometheus()).contains("\nprocess_cpu_seconds_total ");
        assertThat(agent.get("/metrics", "host: a")).contains("\norders_total 3\n");
    }

    @Test
    void speaksOpenMetricsWhenTheApplicationDoes() throws Exception {
        answer(
                200,
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                "# TYPE orders counter\norders_total 3\n# EOF\n");

        assertThat(agent.get(PAGE, "host: a"))
                .contains("content-type: application/openmetrics-text; version=1.0.0")
                .contains(
                        """
                        # HELP istio_requests Requests.
                        # TYPE istio_requests counter
                        istio_requests_total 7
                        """,
                        "# TYPE istio_agent_scrapes counter\n")
                .doesNotContain("# TYPE istio_requests_total")
                .endsWith("# TYPE orders counter\norders_total 3\n# EOF\n");
    }

    @Test
    void asksTheApplicationForAFormatThatBothUnderstand() throws Exception {
        app.createContext(
                "/app/metrics",
                exchange -> {
                    byte[] seen =
                            "# %s | %s | %s\n"
                                    .formatted(
                                            exchange.getRequestHeaders().getFirst("accept"),
                                            exchange.getRequestHeaders().getFirst("user-agent"),
                                            exchange.getRequestURI())
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, seen.length);
                    exchange.getResponseBody().write(seen);
                    exchange.close();
                });

        assertThat(
                        agent.get(
                                PAGE,
                                "host: a",
                                "user-agent: Prometheus/3",
                                "accept: application/vnd.google.protobuf;q=1,"
                                        + "application/openmetrics-text;version=1.0.0;q=0.5"))
                .endsWith(
                        "# application/openmetrics-text;version=1.0.0,"
                                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
                                + " | Prometheus/3 | /app/metrics?all=1\n");
        assertThat(agent.get(PAGE, "host: a"))
                .endsWith(
                        "# text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | null | /app/metrics?all=1\n");
    }

    @Test
    void countsAPageThatFailsAndKeepsTheProxysOwn() throws Exception {
        answer(500, "text/plain", "broken_total 1\n");

        assertThat(agent.get(PAGE, "host: a"))
                .startsWith("HTTP/1.1 200 ")
                .contains(OWN)
                .endsWith(FAILED);
    }

    @Test
    void takesNoPageOfAnotherKind() throws Exception {
        answer(200, "text/html", "<html>");

        assertThat(agent.get(PAGE, "host: a")).contains(OWN).endsWith(FAILED);
    }

    @Test
    void takesNoPageThatIsTooLarge() throws Exception {
        answer(200, "text/plain", "large_total 1\n".repeat(350_000));

        assertThat(agent.get(PAGE, "host: a")).contains(OWN).endsWith(FAILED);
    }

    @Test
    void isThereWhenTheApplicationIsNot() throws Exception {
        app.stop(0);

        assertThat(agent.get(PAGE, "host: a")).contains(OWN).endsWith(FAILED);
    }

    @Test
    void waitsALittleLessThanTheScraper() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                Agent asking = agent(silent.getLocalPort())) {
            long before = System.nanoTime();

            assertThat(asking.get(PAGE, "host: a", "X-Prometheus-Scrape-Timeout-Seconds: 0.5"))
                    .contains(OWN)
                    .endsWith(FAILED);
            assertThat((System.nanoTime() - before) / 1_000_000).isBetween(450L, 8_000L);
        }
    }

    private static Agent agent(int port) {
        return new Agent(
                new AppPages(Map.of(), Optional.of(new AppMetrics(port, "/app/metrics?all=1"))));
    }

    private void answer(int status, String type, String page) {
        app.createContext(
                "/app/metrics",
                exchange -> {
                    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("content-type", type);
                    exchange.sendResponseHeaders(status, bytes.length);
                    try (exchange) {
                        exchange.getResponseBody().write(bytes);
                    }
                });
    }
}
