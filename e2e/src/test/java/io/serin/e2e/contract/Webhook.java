// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.e2e.cluster.Program;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A {@link WebhookProgram} in a pod of the namespace, behind a Service, and the configurations that
 * have the API server ask it. The pod goes with the namespace.
 */
final class Webhook {

    private static final String CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/";
    private static final String NAME = "webhook";

    private final Api api;
    private final String authority;
    private final List<String> configurations = new ArrayList<>();

    /**
     * Comes up.
     *
     * @param answers by their names, as lower-case words: the {@code response} of a review, in JSON
     */
    Webhook(Api api, Map<String, String> answers) {
        this.api = api;
        try {
            Path folder = Files.createTempDirectory("serin-webhook");
            Path keys = folder.resolve("keys");
            this.authority = makeKeys(keys, host());
            program(Files.readAllBytes(keys));
            Files.delete(keys);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        api.post(api.core("configmaps"), map("answers", "data", reviews(answers))).orFail();
        api.post(
                        api.core("services"),
                        Shapes.service(
                                NAME,
                                "\"selector\": {\"app\": \"webhook\"}, \"ports\": [{\"port\": 443, \"targetPort\": %d}]"
                                        .formatted(WebhookProgram.PORT)))
                .orFail();
        api.post(api.core("pods"), pod()).orFail();
        api.await(
                api.core("pods/" + NAME),
                pod ->
                        RolloutContractIT.condition(pod, "Ready")
                                .path("status")
                                .asText()
                                .equals("True"));
    }

    /** How the API server calls it. */
    String host() {
        return NAME + "." + api.namespace() + ".svc";
    }

    /** Makes a key and its certificate, and returns that in PEM and base64. */
    private static String makeKeys(Path file, String host) {
        keytool(
                file,
                "-genkeypair -keyalg EC -groupname secp256r1 -validity 2 -storetype PKCS12 -dname CN=webhook -ext san=dns:"
                        + host);
        return base64(keytool(file, "-exportcert -rfc").getBytes(UTF_8));
    }

    private static String keytool(Path file, String words) {
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool"));
        command.addAll(List.of(words.split(" ")));
        command.addAll(
                List.of(
                        "-alias",
                        NAME,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        WebhookProgram.PASSWORD));
        return Program.run(Map.of(), "", command).orFail().out();
    }

    private void program(byte[] keys) throws IOException {
        ObjectNode files = JsonNodeFactory.instance.objectNode();
        files.put("keys", base64(keys));
        try (InputStream program =
                WebhookProgram.class.getResourceAsStream("WebhookProgram.class")) {
            files.put("program", base64(Objects.requireNonNull(program).readAllBytes()));
        }
        api.post(api.core("configmaps"), map("program", "binaryData", files)).orFail();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static ObjectNode reviews(Map<String, String> answers) {
        ObjectNode files = JsonNodeFactory.instance.objectNode();
        answers.forEach((name, answer) -> {
            ObjectNode response = JsonNodeFactory.instance.objectNode().put("uid", "%UID%");
            response.setAll((ObjectNode) Kubectl.parse(answer));
            ObjectNode review = JsonNodeFactory.instance.objectNode();
            review.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
            files.put(name, review.set("response", response).toString());
        });
        return files;
    }

    private static String map(String name, String field, ObjectNode content) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"}, "%s": %s}
        """
                .formatted(name, field, content);
    }

    private static String pod() {
        String container =
                Shapes.container(
                                NAME,
                                "exec /opt/serin/java/bin/java -XX:+UseSerialGC -Xmx32m -cp /program %s /program/keys /answers"
                                        .formatted(WebhookProgram.class.getName()),
                                """
                                , "readinessProbe": {"tcpSocket": {"port": %d}, "periodSeconds": 1},
                                  "volumeMounts": [{"name": "program", "mountPath": "/program"},
                                                   {"name": "answers", "mountPath": "/answers"}]
                                """
                                        .formatted(WebhookProgram.PORT))
                        .replace("8Mi", "64Mi");
        return """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%1$s", "labels": {"app": "%1$s"}},
         "spec": {"terminationGracePeriodSeconds": 1, "containers": [%2$s], "volumes": [
          {"name": "answers", "configMap": {"name": "answers"}},
          {"name": "program", "configMap": {"name": "program", "items": [
           {"key": "keys", "path": "keys"}, {"key": "program", "path": "%3$s.class"}]}}]}}
        """
                .formatted(NAME, container, WebhookProgram.class.getName().replace('.', '/'));
    }

    /**
     * An entry of a configuration, about new ConfigMaps.
     *
     * @param name its first word
     * @param answer what it is told
     * @param more fields in JSON, in addition or in place of these
     */
    JsonNode entry(String name, String answer, String more) {
        ObjectNode entry =
                (ObjectNode)
                        Kubectl.parse(
                                """
                                {"name": "%s.contract.serin.io", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                                 "timeoutSeconds": 5, "clientConfig": {"caBundle": "%s",
                                  "service": {"name": "%s", "namespace": "%s", "path": "/%s"}},
                                 "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}]}
                                """
                                        .formatted(name, authority, NAME, api.namespace(), answer));
        return entry.setAll((ObjectNode) Kubectl.parse(more));
    }

    /**
     * Makes a configuration, and returns when the API server goes by it.
     *
     * @param type {@code Mutating} or {@code Validating}
     * @param name unique for the type in the namespace
     */
    void configure(String type, String name, JsonNode... entries) {
        String unique = api.namespace() + "-" + name;
        ObjectNode configuration =
                (ObjectNode)
                        Kubectl.parse(
                                """
                                {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "%sWebhookConfiguration",
                                 "metadata": {"name": "%s"}}
                                """
                                        .formatted(type, unique));
        // Its answer says that the others are known too.
        configuration
                .putArray("webhooks")
                .add(
                        entry(
                                "known",
                                "no",
                                """
                                {"rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["secrets"]}],
                                 "objectSelector": {"matchLabels": {"known": "%s-%s"}}}
                                """
                                        .formatted(type, unique)))
                .addAll(List.of(entries));
        String path =
                CONFIGURATIONS + type.toLowerCase(java.util.Locale.ROOT) + "webhookconfigurations";
        api.post(path, configuration.toString()).orFail();
        configurations.add(path + "/" + unique);
        String secret =
                """
                {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "labels": {"known": "%s-%s"}}}
                """
                        .formatted(type, unique);
        Waiting.until(
                "the API server to know the configuration",
                () ->
                        api.post(api.core("secrets?dryRun=All"), secret)
                                .message()
                                .contains("denied the request"));
    }

    /** Takes the configurations away. */
    void forget() {
        configurations.forEach(api::delete);
        configurations.clear();
    }
}
