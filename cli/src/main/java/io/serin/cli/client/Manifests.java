// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.api.name.Revision;
import io.serin.injector.InjectorConfig;
import io.serin.injector.template.TreeTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The objects of one revision, from deploy/manifests. Pure. */
public final class Manifests {

    /**
     * In the order in which they are applied; webhooks last, when somebody is there to answer them.
     */
    private static final List<String> FILES =
            List.of(
                    "namespace.yaml",
                    "roles.yaml",
                    "config.yaml",
                    "service.yaml",
                    "deployment.yaml",
                    "webhooks.yaml");

    private Manifests() {}

    public static List<JsonNode> render(Revision revision, InstallValues values) {
        Map<String, Object> fill = new HashMap<>();
        fill.put("revision", revision.value());
        fill.put("name", Objects.controlPlane(revision));
        fill.put("injector", Objects.injector(revision));
        fill.put("validator", Objects.validator(revision));
        fill.put("audit", Objects.audit(revision));
        fill.put("meshConfig", Objects.meshConfig(revision));
        fill.put("clusterRole", "istiod-clusterrole-" + revision + "-" + Objects.SYSTEM_NAMESPACE);
        fill.put("labels", labels(revision, Labels.APP_CONTROL_PLANE));
        fill.put("injectorLabels", labels(revision, Labels.APP_INJECTOR));
        fill.put("auditLabels", labels(revision, Labels.APP_AUDIT));
        fill.put("discoveryAddress", Objects.discoveryHost(revision) + ":" + Ports.XDS_PLAINTEXT);
        fill.put("controlPlaneImage", values.image("serin-control-plane"));
        fill.put("pullPolicy", values.pullPolicy());
        fill.put("replicas", values.replicas());
        fill.put(
                "controlPlaneResources",
                Map.of(
                        "requests",
                        Map.of("cpu", values.cpu(), "memory", values.memory()),
                        "limits",
                        Map.of("memory", values.memoryLimit())));
        fill.put("injectorConfig", InjectorConfig.shippedConfig());
        fill.put("injectorValues", injectorValues(values));
        fill.put("webhooks", Webhooks.of(revision));
        fill.put("configChecksum", checksum(render("config.yaml", fill)));
        List<JsonNode> objects = new ArrayList<>();
        for (String file : FILES) {
            objects.addAll(render(file, fill));
        }
        return objects;
    }

    private static List<JsonNode> render(String file, Map<String, Object> fill) {
        List<JsonNode> objects = new ArrayList<>();
        for (JsonNode document : TreeTemplate.parseYaml(resource("/manifests/" + file))) {
            objects.add(TreeTemplate.render(document, fill));
        }
        return objects;
    }

    /** Of what the control plane reads; not of labels, whose order is by chance. */
    private static String checksum(List<JsonNode> configMaps) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (JsonNode configMap : configMaps) {
                digest.update(configMap.path("data").toString().getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    static Map<String, String> labels(Revision revision, String app) {
        return Map.of(
                Labels.APP,
                app,
                Labels.REVISION,
                revision.value(),
                "app.kubernetes.io/managed-by",
                "serin",
                "app.kubernetes.io/part-of",
                "serin");
    }

    /**
     * The injector's values, as JSON: the same text for the same values, so that again is a no-op.
     */
    static String injectorValues(InstallValues values) {
        ObjectNode injector = JsonNodeFactory.instance.objectNode();
        injector.put("image", values.image("serin-proxy"));
        injector.put("imagePullPolicy", values.pullPolicy());
        ObjectNode resources = injector.putObject("resources");
        resources
                .putObject("requests")
                .put("cpu", values.proxyCpu())
                .put("memory", values.proxyMemory());
        resources
                .putObject("limits")
                .put("cpu", values.proxyCpuLimit())
                .put("memory", values.proxyMemoryLimit());
        return injector.toString();
    }

    /** A text that is bundled with the program. */
    public static String resource(String path) {
        try (InputStream in = Manifests.class.getResourceAsStream(path)) {
            return new String(
                    java.util.Objects.requireNonNull(in, path).readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
