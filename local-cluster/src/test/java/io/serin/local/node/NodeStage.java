// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Execution;
import io.serin.local.api.Meta;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.node.image.Images;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.yaml.snakeyaml.Yaml;

/** A node with a fake API and two images, for tests that already run in namespaces of their own. */
final class NodeStage implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    final FakeApi api = new FakeApi();
    final Path home;
    final Node node;
    private final AtomicInteger tokens = new AtomicInteger();

    NodeStage(Path home) throws IOException {
        this.home = home;
        for (String image : List.of("tools", "user")) {
            Path folder = Files.createDirectories(home.resolve("images").resolve(image));
            Files.writeString(
                    folder.resolve("Dockerfile"),
                    "FROM scratch\nENV FROM_IMAGE=yes\n"
                            + (image.equals("user") ? "USER 1337:1337\n" : "")
                            + "ENTRYPOINT [\"/opt/serin/run\"]\nCMD [\"default\"]\n");
            Path program = folder.resolve("run");
            Files.writeString(program, "#!/bin/sh\necho image ran $@\nexec sleep 1000\n");
            check(program.toFile().setExecutable(true, false));
        }
        Files.writeString(
                home.resolve("images.properties"),
                "tools\\:1 = images/tools\nuser\\:1 = images/user\n");
        node =
                Node.start(
                        new NodeSettings(
                                home.resolve("node"),
                                Images.load(home.resolve("images.properties")),
                                "local",
                                "10.96.0.10"),
                        api,
                        (pod, audience, lifetime) ->
                                "token-"
                                        + tokens.incrementAndGet()
                                        + "-"
                                        + audience
                                        + "-"
                                        + lifetime.toSeconds(),
                        InstantSource.system(),
                        new RestartDelay.Rule(
                                Duration.ofMillis(600),
                                Duration.ofSeconds(2),
                                Duration.ofHours(1)));
    }

    private static void check(boolean done) throws IOException {
        if (!done) {
            throw new IOException("not done");
        }
    }

    static ObjectNode yaml(String text) {
        return JSON.valueToTree(new Yaml().load(text));
    }

    ObjectNode create(Resource resource, String yaml) {
        ObjectNode object = yaml(yaml);
        object.put("apiVersion", resource.apiVersion());
        object.put("kind", resource.kind());
        if (resource.namespaced() && Meta.namespace(object).isEmpty()) {
            object.withObject("/metadata").put("namespace", "test");
        }
        return api.create(resource, object);
    }

    /** A pod of this node's. */
    ObjectNode pod(String name, String spec) {
        ObjectNode object = JSON.createObjectNode();
        object.putObject("metadata").put("name", name).put("namespace", "test");
        object.set("spec", yaml(spec));
        object.withObject("/spec").put("nodeName", "local");
        object.put("apiVersion", "v1").put("kind", "Pod");
        return api.create(Resources.PODS, object);
    }

    JsonNode read(String pod) {
        return api.get(Resources.PODS, "test", pod)
                .<JsonNode>map(p -> p)
                .orElse(JSON.missingNode());
    }

    JsonNode await(String pod, Predicate<JsonNode> condition) {
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> condition.test(read(pod)));
        } catch (org.awaitility.core.ConditionTimeoutException late) {
            throw new AssertionError(
                    pod + " is\n" + read(pod).path("status").toPrettyString() + events(pod), late);
        }
        return read(pod);
    }

    JsonNode awaitReady(String pod) {
        return await(pod, NodeStage::isReady);
    }

    static boolean isReady(JsonNode pod) {
        return condition(pod, "Ready").equals("True");
    }

    static String condition(JsonNode pod, String type) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "";
    }

    static JsonNode container(JsonNode pod, String name) {
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (JsonNode status : pod.path("status").path(list)) {
                if (status.path("name").asText().equals(name)) {
                    return status;
                }
            }
        }
        return JSON.missingNode();
    }

    List<String> events(String pod) {
        return api.list(Resources.EVENTS, "test", _ -> true).stream()
                .filter(event -> event.path("involvedObject").path("name").asText().equals(pod))
                .map(event -> event.path("reason").asText() + ": " + event.path("message").asText())
                .toList();
    }

    String logs(String pod, String container) {
        return logs(pod, container, false);
    }

    String logs(String pod, String container, boolean previous) {
        try (InputStream logs =
                node.logs("test", pod, container, false, OptionalInt.empty(), previous)) {
            return new String(logs.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Its output, and {@code exit N} where that is not 0. */
    String exec(String pod, String container, String... command) throws Exception {
        try (Execution running =
                node.exec("test", pod, container, List.of(command), false, false)) {
            String said = new String(running.stdout().readAllBytes(), StandardCharsets.UTF_8);
            said += new String(running.stderr().readAllBytes(), StandardCharsets.UTF_8);
            int code = running.exit().get();
            return said.strip() + (code == 0 ? "" : " exit " + code);
        }
    }

    String shell(String pod, String container, String script) throws Exception {
        return exec(pod, container, "sh", "-c", script);
    }

    void delete(String pod) {
        api.delete(Resources.PODS, "test", pod, DeleteOptions.BACKGROUND);
    }

    void awaitGone(String pod) {
        await(pod, JsonNode::isMissingNode);
    }

    @Override
    public void close() throws IOException {
        node.close();
    }
}
