// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Chromium without a window, driven by its chromedriver over WebDriver (W3C): the few commands
 * that a page's test needs.
 */
final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final String session;

    /** A window's size, and what its user has set. */
    record Window(int width, int height, boolean phone, boolean dark, boolean reducedMotion) {}

    /** What is missing on this machine, by its Debian name; empty when a browser can be started. */
    static Optional<String> missing() {
        if (find("chromedriver").isEmpty()) {
            return Optional.of("chromium-driver");
        }
        return find("chromium").isEmpty() ? Optional.of("chromium") : Optional.empty();
    }

    private static Optional<Path> find(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Browser(Window window) throws IOException {
        driver = new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
        try {
            String root = "http://127.0.0.1:" + awaitPort() + "/session";
            ObjectNode wanted = JSON.createObjectNode();
            ObjectNode chrome =
                    wanted.putObject("capabilities")
                            .putObject("alwaysMatch")
                            .putObject("goog:chromeOptions");
            chrome.put("binary", find("chromium").orElseThrow().toString());
            // No sandbox: it can't be had by root, and only our own page is opened.
            for (String argument :
                    new String[] {
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--hide-scrollbars",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--no-first-run"
                    }) {
                chrome.withArray("args").add(argument);
            }
            JsonNode begun = send("POST", root, wanted);
            session = root + "/" + begun.path("sessionId").asText();
            set(window);
        } catch (IOException | RuntimeException failed) {
            driver.destroy();
            throw failed;
        }
    }

    private int awaitPort() throws IOException {
        var lines =
                new BufferedReader(
                        new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                return Integer.parseInt(started.group(1));
            }
        }
        throw new IOException("chromedriver did not start: " + said);
    }

    private void set(Window window) throws IOException {
        ObjectNode metrics = JSON.createObjectNode();
        metrics.put("width", window.width()).put("height", window.height());
        metrics.put("deviceScaleFactor", window.phone() ? 2 : 1).put("mobile", window.phone());
        devtools("Emulation.setDeviceMetricsOverride", metrics);
        ObjectNode media = JSON.createObjectNode();
        media.withArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", window.dark() ? "dark" : "light");
        media.withArray("features")
                .addObject()
                .put("name", "prefers-reduced-motion")
                .put("value", window.reducedMotion() ? "reduce" : "no-preference");
        devtools("Emulation.setEmulatedMedia", media);
    }

    /** Opens an address, and notes every error from the first on in {@code window.errors}. */
    void open(String address) throws IOException {
        devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                JSON.createObjectNode()
                        .put(
                                "source",
                                "window.errors = [];"
                                        + "addEventListener('error', e => errors.push(e.message));"
                                        + "addEventListener('securitypolicyviolation',"
                                        + " e => errors.push(e.violatedDirective + ' ' + e.blockedURI));"));
        var _ = send("POST", session + "/url", JSON.createObjectNode().put("url", address));
    }

    /** The value of a JavaScript expression. */
    JsonNode value(String expression) throws IOException {
        ObjectNode script = JSON.createObjectNode().put("script", "return " + expression);
        script.putArray("args");
        return send("POST", session + "/execute/sync", script);
    }

    String text(String selector) throws IOException {
        return value("document.querySelector('" + selector + "').textContent").asText();
    }

    /** A picture of the window, as PNG. */
    byte[] screenshot() throws IOException {
        return Base64.getDecoder().decode(send("GET", session + "/screenshot").asText());
    }

    private void devtools(String command, ObjectNode parameters) throws IOException {
        ObjectNode call = JSON.createObjectNode().put("cmd", command);
        call.set("params", parameters);
        var _ = send("POST", session + "/goog/cdp/execute", call);
    }

    private JsonNode send(String method, String address) throws IOException {
        return answer(method, address, HttpRequest.BodyPublishers.noBody());
    }

    private JsonNode send(String method, String address, JsonNode body) throws IOException {
        return answer(method, address, HttpRequest.BodyPublishers.ofString(body.toString()));
    }

    private JsonNode answer(String method, String address, HttpRequest.BodyPublisher body)
            throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address)).method(method, body).build();
        HttpResponse<String> response = answer(request);
        JsonNode value = JSON.readTree(response.body()).path("value");
        if (response.statusCode() != 200) {
            throw new IOException(
                    value.path("error").asText() + ": " + value.path("message").asText());
        }
        return value;
    }

    private HttpResponse<String> answer(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for the browser");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            var _ = send("DELETE", session);
        } finally {
            driver.descendants().forEach(ProcessHandle::destroy);
            driver.destroy();
            http.close();
        }
    }
}
