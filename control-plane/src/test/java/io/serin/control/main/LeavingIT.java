// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.control.ApiServerStub;
import io.serin.injector.InjectorConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process, told to go. */
class LeavingIT {

    private static final int DEBUG = 8080;
    private static final int WEBHOOK = 15017;
    private static final String REVIEW =
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1",
             "namespace":"shop","object":{"metadata":{"name":"web"},
             "spec":{"containers":[{"name":"web","image":"web"}]}}}}
            """;

    /** Once SIGTERM closed /inject at once, and the pod ended as failed, with 143. */
    @Test
    void answersWhatComesMeanwhileAndEndsWithZero(@TempDir Path folder) throws Exception {
        try (ApiServerStub api = new ApiServerStub()) {
            int offset = freeOffset();
            Process process = start(folder, api, offset);
            try {
                until(() -> ready(offset) == 200);
                try (Socket asked = connect(offset + WEBHOOK)) {
                    OutputStream out = asked.getOutputStream();
                    byte[] body = REVIEW.getBytes(UTF_8);
                    out.write(head(body.length).getBytes(UTF_8));
                    out.write(body, 0, 20);
                    out.flush();

                    process.destroy();

                    // The signal is on its way.
                    TimeUnit.MILLISECONDS.sleep(500);
                    // Kept connections are closed as soon as it is to go.
                    assertThat(inject(offset))
                            .contains("HTTP/1.1 200", "\"allowed\":true", "connection: close");
                    // Nor is it just a last gasp; and where no other is, all are to come here.
                    TimeUnit.SECONDS.sleep(1);
                    assertThat(inject(offset)).contains("HTTP/1.1 200", "connection: close");
                    assertThat(ready(offset)).isEqualTo(200);
                    out.write(body, 20, body.length - 20);
                    out.flush();
                    assertThat(new String(asked.getInputStream().readAllBytes(), UTF_8))
                            .contains("HTTP/1.1 200", "\"allowed\":true");
                }
                assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static Process start(Path folder, ApiServerStub api, int offset) throws IOException {
        Files.writeString(folder.resolve("config"), InjectorConfig.shippedConfig());
        Files.writeString(folder.resolve("mesh"), "trustDomain: cluster.local");
        Files.writeString(folder.resolve("values"), "{\"image\":\"serin-proxy\",\"resources\":{}}");
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        ControlPlaneMain.class.getName());
        builder.environment().put("REVISION", "1-0");
        builder.environment().put("LEAVE_SECONDS", "8");
        builder.environment().put("PORT_OFFSET", Integer.toString(offset));
        builder.environment().put("INJECT_CONFIG", folder.toString());
        builder.environment().put("MESH_CONFIG", folder.toString());
        builder.environment().put("KUBECONFIG", api.kubeconfig(folder).toString());
        return builder.inheritIO().start();
    }

    private static String inject(int offset) throws Exception {
        try (Socket socket = connect(offset + WEBHOOK)) {
            byte[] body = REVIEW.getBytes(UTF_8);
            socket.getOutputStream().write(head(body.length).getBytes(UTF_8));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            // To its end: while it leaves, it has to close by itself.
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static String head(int length) {
        return "POST /inject HTTP/1.1\r\nHost: istiod\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + length
                + "\r\n\r\n";
    }

    private static Socket connect(int port) throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new TrustsAll()}, null);
        Socket socket = tls.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(15_000);
        return socket;
    }

    private static int ready(int offset) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + (offset + DEBUG)
                                                            + "/ready"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private static void until(java.util.function.BooleanSupplier holds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Four free ports, at the distances that they have. */
    private static int freeOffset() {
        Random random = new Random();
        while (true) {
            int offset = 5_000 + random.nextInt(10_000);
            if (List.of(DEBUG, 15010, 15012, 15014, WEBHOOK).stream()
                    .allMatch(p -> isFree(offset + p))) {
                return offset;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private record TrustsAll() implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
