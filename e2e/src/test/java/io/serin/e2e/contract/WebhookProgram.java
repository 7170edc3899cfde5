// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A webhook that gives the answers of a folder, each at the path of its name; 500 where there is
 * none. Runs in a pod, with nothing but what Java brings.
 *
 * <p>In an answer {@code %UID%} stands for the review's uid, and {@code %REVIEW%} for all of the
 * review, to be put between quotes. One whose name begins with {@code late} comes late.
 */
public final class WebhookProgram {

    static final int PORT = 8443;
    static final String PASSWORD = "changeit";

    private static final Duration LATE = Duration.ofSeconds(3);
    private static final Pattern UID = Pattern.compile("\"uid\": *\"([^\"]+)\"");

    private final Path answers;

    private WebhookProgram(Path answers) {
        this.answers = answers;
    }

    /**
     * @param arguments a key store of PKCS #12, and the folder of the answers
     */
    public static void main(String... arguments) throws IOException, GeneralSecurityException {
        char[] password = PASSWORD.toCharArray();
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(Path.of(arguments[0]).toFile(), password), password);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(PORT), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", new WebhookProgram(Path.of(arguments[1]))::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String review = new String(exchange.getRequestBody().readAllBytes(), UTF_8).strip();
            String name = exchange.getRequestURI().getPath().substring(1);
            if (name.startsWith("late")) {
                Thread.sleep(LATE);
            }
            Path answer = answers.resolve(name);
            if (!Files.isRegularFile(answer)) {
                send(exchange, 500, "there is no answer of that name");
                return;
            }
            Matcher uid = UID.matcher(review);
            send(
                    exchange,
                    200,
                    Files.readString(answer)
                            .replace("%UID%", uid.find() ? uid.group(1) : "")
                            .replace(
                                    "%REVIEW%",
                                    review.replace("\\", "\\\\").replace("\"", "\\\"")));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.getResponseHeaders()
                .set("content-type", code == 200 ? "application/json" : "text/plain");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }
}
