// SPDX-License-Identifier: Apache-2.0
package io.serin.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Both programs as processes, as a pod starts and stops them. */
class ProgramsIT {

    private static final String SERVER = "io.serin.workload.server.Server";
    private static final String LOAD = "io.serin.workload.load.LoadClient";

    @Test
    void serverFinishesWhatIsInFlightAndExitsWithZero() throws Exception {
        Process server = start(SERVER, "--service", "web", "--port", "0");
        try (BufferedReader said = server.inputReader(UTF_8);
                HttpClient client = HttpClient.newHttpClient()) {
            String url = url(said);
            CompletableFuture<HttpResponse<String>> slow =
                    client.sendAsync(
                            HttpRequest.newBuilder(URI.create(url + "?delay=1500")).build(),
                            BodyHandlers.ofString());
            // In flight for sure: a later request on another connection has its answer.
            client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding());
            server.destroy();

            assertThat(slow.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(server.waitFor(4, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void loadClientAccountsForEveryRequestWhenItIsStopped() throws Exception {
        Process server = start(SERVER, "--service", "web", "--port", "0");
        try (BufferedReader said = server.inputReader(UTF_8)) {
            Process load = start(LOAD, "--url", url(said) + "?delay=300", "--rate", "50");
            try (BufferedReader counted = load.inputReader(UTF_8)) {
                assertThat(counted.readLine()).contains("\"failed\":0");
                // Not Process.destroy(), which would close the stream that is read on.
                load.toHandle().destroy();

                assertThat(lastLine(counted))
                        .startsWith("{\"final\":true")
                        .contains("\"failed\":0,\"outstanding\":0");
                assertThat(load.waitFor(5, TimeUnit.SECONDS)).isTrue();
                assertThat(load.exitValue()).isZero();
            }
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void programsSayWhatIsWrongWithTheirOptions() throws Exception {
        Process load = start(LOAD, "--url", "https://example.org/");

        assertThat(load.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(load.exitValue()).isEqualTo(2);
        assertThat(new String(load.getErrorStream().readAllBytes(), UTF_8))
                .contains("--url: 'https://example.org/' (expected: http://host:port/path)");
    }

    private static String url(BufferedReader said) throws IOException {
        String first = said.readLine();
        return "http://127.0.0.1:" + first.substring(first.lastIndexOf(' ') + 1) + "/";
    }

    private static String lastLine(BufferedReader lines) throws IOException {
        String last = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            last = line;
        }
        return last;
    }

    private static Process start(String main, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).start();
    }
}
