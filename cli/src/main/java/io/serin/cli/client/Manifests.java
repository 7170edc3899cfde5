// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.injector.ConfigText;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.write.ValidatorObjects;
import io.serin.kube.write.Webhooks;
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
import java.util.Set;
import java.util.TreeMap;

/** The objects of one revision, from deploy/manifests. Pure. */
public final class Manifests {

    private static final String VERSION = "0.1.0";

    /** The entries whose policy the control plane sets when it has seen that it is asked. */
    private static final Set<String> VALIDATION =
            Set.of("rev.validation.istio.io", "validation.istio.io");

    private Manifests() {}

    /**
     * What decides which objects and fields there are, beside what fills them.
     *
     * @param fresh whether nothing of the revision is there yet
     * @param several whether there can be more than one replica at a time
     * @param nodeAgent whether an agent on each node redirects
     * @param ofChannel whether the revision is of a channel
     */
    record Shape(
            boolean fresh,
            boolean autoscaled,
            boolean several,
            boolean everywhere,
            boolean nodeAgent,
            boolean ofChannel) {

        static Shape of(InstallValues values, boolean fresh) {
            return new Shape(
                    fresh,
                    values.isAutoscaled(),
                    values.isSeveral(),
                    values.isEverywhere(),
                    values.hasNodeAgent(),
                    values.isOfChannel());
        }
    }

    /**
     * As a first installation applies them, in that order: webhooks last, when somebody is there to
     * answer them.
     *
     * @throws CliFault when a value holds only of other revisions
     */
    public static List<JsonNode> render(Revision revision, InstallValues values) {
        return render(revision, values, true);
    }

    /**
     * Likewise.
     *
     * @param fresh false where they are there: what a controller has changed since is left out
     */
    static List<JsonNode> render(Revision revision, InstallValues values, boolean fresh) {
        values.checkFor(revision);
        return render(revision, values, Shape.of(values, fresh));
    }

    static List<JsonNode> render(Revision revision, InstallValues values, Shape shape) {
        Map<String, Object> fill = new HashMap<>();
        fill.put("revision", revision.value());
        fill.put("name", Objects.controlPlane(revision));
        fill.put("injector", Objects.injector(revision));
        fill.put("validator", Objects.validator(revision));
        fill.put("audit", Objects.audit(revision));
        fill.put("meshConfig", Objects.meshConfig(revision));
        fill.put("clusterRole", Objects.clusterRole(revision));
        fill.put("labels", labels(revision, Labels.APP_CONTROL_PLANE));
        fill.put("injectorLabels", labels(revision, Labels.APP_INJECTOR));
        fill.put("auditLabels", labels(revision, Labels.APP_AUDIT));
        fill.put("nodeAgent", Objects.nodeAgent(revision));
        fill.put("nodeAgentLabels", labels(revision, Labels.APP_NODE_AGENT));
        fill.put("nodeAgentSelector", nodeAgentSelector(revision));
        fill.put("nodeAgentPodLabels", nodeAgentPodLabels(revision));
        fill.put("podSelector", podSelector(revision));
        fill.put("podLabels", podLabels(revision));
        fill.put("mesh", meshText(revision, values));
        fill.put("controlPlaneImage", values.image("serin-control-plane"));
        fill.put("proxyImage", values.image("serin-proxy"));
        fill.put("pullPolicy", values.get(InstallValue.IMAGE_PULL_POLICY));
        fill.put("pullSecrets", pullSecrets(values));
        fill.put("replicas", values.get(InstallValue.REPLICAS));
        fill.put("autoscaleMin", values.get(InstallValue.AUTOSCALE_MIN));
        fill.put("autoscaleMax", values.get(InstallValue.AUTOSCALE_MAX));
        fill.put("controlPlaneResources", controlPlaneResources(values));
        String injectorConfig = injectorConfig(values);
        String injectorValues = injectorValues(values);
        fill.put("injectorConfig", injectorConfig);
        fill.put("injectorValues", injectorValues);
        fill.put("configChecksum", checksum(injectorConfig, injectorValues));
        fill.put("webhooks", Webhooks.of(revision.value(), revision, shape.everywhere()));
        List<JsonNode> objects = new ArrayList<>();
        for (String file : files(shape)) {
            objects.addAll(render(file, fill));
        }
        if (revision.isDefault()) {
            objects.stream()
                    .filter(object -> nameOf(object).equals(Objects.validator(revision)))
                    .map(own ->
                            ValidatorObjects.ofDefault(own, own.path("metadata").path("labels")))
                    .toList()
                    .forEach(objects::add);
        }
        objects.forEach(object -> leaveOut(object, shape));
        if (shape.ofChannel()) {
            String channel = values.get(InstallValue.CHANNEL).toString();
            List<JsonNode> rules = render("channel.yaml", fill);
            objects.forEach(object -> addChannel(object, channel, rules));
        }
        return objects;
    }

    private static String nameOf(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    /** What the others lack: its name, and what moving a channel takes. */
    private static void addChannel(JsonNode object, String channel, List<JsonNode> rules) {
        switch (object.path("kind").asText()) {
            case "Deployment" -> {
                object.withObject("/metadata/labels").put(Labels.CHANNEL, channel);
                ((ArrayNode) object.at("/spec/template/spec/containers/0/env"))
                        .addObject()
                        .put("name", "CHANNEL")
                        .put("value", channel);
            }
            case "ClusterRole", "Role" ->
                    rules.stream()
                            .filter(more -> more.path("kind").equals(object.path("kind")))
                            .forEach(more ->
                                    more.path("rules")
                                            .forEach(((ArrayNode) object.path("rules"))::add));
            default -> {}
        }
    }

    private static List<String> files(Shape shape) {
        List<String> files =
                new ArrayList<>(
                        List.of(
                                "namespace.yaml",
                                "roles.yaml",
                                "config.yaml",
                                "service.yaml",
                                "deployment.yaml"));
        if (shape.autoscaled()) {
            files.add("autoscaler.yaml");
        }
        if (shape.several()) {
            files.add("disruption.yaml");
        }
        if (shape.nodeAgent()) {
            files.add("cni.yaml");
        }
        files.add("webhooks.yaml");
        return files;
    }

    /** Fields that a controller writes, which would be taken from it by saying them. */
    private static void leaveOut(JsonNode object, Shape shape) {
        switch (object.path("kind").asText()) {
            case "Deployment" -> {
                if (shape.autoscaled()) {
                    ((ObjectNode) object.path("spec")).remove("replicas");
                }
            }
            case "ValidatingWebhookConfiguration" -> {
                for (JsonNode entry : object.path("webhooks")) {
                    if (!shape.fresh() && VALIDATION.contains(entry.path("name").asText())) {
                        ((ObjectNode) entry).remove("failurePolicy");
                    }
                }
            }
            default -> {}
        }
    }

    private static List<JsonNode> render(String file, Map<String, Object> fill) {
        List<JsonNode> objects = new ArrayList<>();
        for (JsonNode document : TreeTemplate.parseYaml(resource("/manifests/" + file))) {
            objects.add(TreeTemplate.render(document, fill));
        }
        return objects;
    }

    /**
     * Of what the control plane reads once, at its start. In two steps, so that who knows the
     * digest of the config alone can work it out for any values.
     */
    static String checksum(String config, String values) {
        return sha256(sha256(config) + values);
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** Istio's, so that its tools find the objects, and those that Kubernetes recommends. */
    static Map<String, String> labels(Revision revision, String app) {
        return new TreeMap<>(
                Map.of(
                        Labels.APP,
                        app,
                        Labels.REVISION,
                        revision.value(),
                        "operator.istio.io/component",
                        "Pilot",
                        "install.operator.istio.io/owning-resource",
                        "unknown",
                        "release",
                        Objects.controlPlane(revision),
                        "app.kubernetes.io/name",
                        app,
                        "app.kubernetes.io/instance",
                        Objects.controlPlane(revision),
                        Labels.VERSION,
                        VERSION,
                        Labels.MANAGED_BY,
                        Labels.SERIN,
                        Labels.PART_OF,
                        Labels.SERIN));
    }

    /**
     * The default revision's is its own, for its Service must not pick others' pods, nor must any
     * selector change that was installed once.
     */
    private static Map<String, String> podSelector(Revision revision) {
        Map<String, String> selector = new TreeMap<>();
        selector.put(Labels.APP, Labels.APP_CONTROL_PLANE);
        if (revision.isDefault()) {
            selector.put("istio", "pilot");
        } else {
            selector.put(Labels.REVISION, revision.value());
        }
        return selector;
    }

    private static Map<String, String> podLabels(Revision revision) {
        Map<String, String> labels =
                new TreeMap<>(
                        Map.of(
                                "istio",
                                "istiod",
                                Labels.REVISION,
                                revision.value(),
                                Labels.INJECT,
                                "false",
                                Labels.MANAGED_BY,
                                Labels.SERIN,
                                Labels.PART_OF,
                                Labels.SERIN));
        labels.putAll(podSelector(revision));
        return labels;
    }

    private static Map<String, String> nodeAgentSelector(Revision revision) {
        return new TreeMap<>(
                Map.of(Labels.APP, Labels.APP_NODE_AGENT, Labels.REVISION, revision.value()));
    }

    private static Map<String, String> nodeAgentPodLabels(Revision revision) {
        Map<String, String> labels =
                new TreeMap<>(
                        Map.of(
                                Labels.INJECT,
                                "false",
                                Labels.MANAGED_BY,
                                Labels.SERIN,
                                Labels.PART_OF,
                                Labels.SERIN));
        labels.putAll(nodeAgentSelector(revision));
        return labels;
    }

    private static ObjectNode controlPlaneResources(InstallValues values) {
        ObjectNode resources = JsonNodeFactory.instance.objectNode();
        put(resources.putObject("requests"), "cpu", values, InstallValue.CONTROL_PLANE_CPU);
        put(resources.withObject("requests"), "memory", values, InstallValue.CONTROL_PLANE_MEMORY);
        put(
                resources.putObject("limits"),
                "memory",
                values,
                InstallValue.CONTROL_PLANE_MEMORY_LIMIT);
        return resources;
    }

    /** As in a pod; null for none. */
    private static JsonNode pullSecrets(InstallValues values) {
        if (values.imagePullSecrets().isEmpty()) {
            return NullNode.instance;
        }
        ArrayNode secrets = JsonNodeFactory.instance.arrayNode();
        values.imagePullSecrets().forEach(name -> secrets.addObject().put("name", name));
        return secrets;
    }

    /**
     * The injector's config, as YAML. What is set is one line of JSON each, as in {@link
     * #meshText}.
     */
    static String injectorConfig(InstallValues values) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("policy", values.get(InstallValue.PROXY_AUTO_INJECT).toString());
        Map<String, String> templates = new TreeMap<>();
        for (InstallValue value : InstallValue.ofInjector()) {
            JsonNode tree = sorted(values.tree(value));
            if (value == InstallValue.INJECTOR_TEMPLATES) {
                tree.properties()
                        .forEach(one -> templates.put(one.getKey(), one.getValue().toString()));
            } else {
                fields.put(value.field(), tree.toString());
            }
        }
        return ConfigText.of(fields, templates);
    }

    /**
     * The injector's values, as JSON: the same text for the same values, so that again is a no-op.
     */
    static String injectorValues(InstallValues values) {
        ObjectNode injector = JsonNodeFactory.instance.objectNode();
        injector.put("image", values.image("serin-proxy"));
        put(injector, "imagePullPolicy", values, InstallValue.IMAGE_PULL_POLICY);
        values.imagePullSecrets().forEach(injector.putArray("imagePullSecrets")::add);
        put(injector, "nativeSidecar", values, InstallValue.PROXY_NATIVE_SIDECAR);
        put(injector, "holdApplicationUntilProxyStarts", values, InstallValue.PROXY_HOLD);
        put(injector, "cni", values, InstallValue.CNI_ENABLED);
        if (!values.seccompProfile().isEmpty()) {
            injector.putObject("seccompProfile").put("type", values.seccompProfile());
        }
        ObjectNode resources = injector.putObject("resources");
        ObjectNode requests = resources.putObject("requests");
        put(requests, "cpu", values, InstallValue.PROXY_CPU);
        put(requests, "memory", values, InstallValue.PROXY_MEMORY);
        ObjectNode limits = resources.putObject("limits");
        put(limits, "cpu", values, InstallValue.PROXY_CPU_LIMIT);
        put(limits, "memory", values, InstallValue.PROXY_MEMORY_LIMIT);
        return injector.toString();
    }

    /**
     * The mesh's configuration, as YAML. Fields of proxies are one line of JSON each, in the order
     * of their names: the chart has no other way to write what it does not know.
     */
    static String meshText(Revision revision, InstallValues values) {
        StringBuilder text = new StringBuilder("defaultConfig:\n");
        field(text, "discoveryAddress", Objects.discovery(revision));
        TreeMap<String, JsonNode> fields = new TreeMap<>();
        values.tree(InstallValue.MESH_DEFAULT_CONFIG)
                .properties()
                .forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
        fields.forEach((name, value) -> field(text, name, value));
        return text.append("trustDomain: cluster.local\n").toString();
    }

    private static void field(StringBuilder text, String name, Object value) {
        text.append("  ").append(name).append(": ").append(value).append('\n');
    }

    private static JsonNode sorted(JsonNode value) {
        if (value.isArray()) {
            ArrayNode items = JsonNodeFactory.instance.arrayNode();
            value.forEach(item -> items.add(sorted(item)));
            return items;
        }
        if (!value.isObject()) {
            return value;
        }
        TreeMap<String, JsonNode> fields = new TreeMap<>();
        value.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
        return TreeTemplate.tree(fields);
    }

    private static void put(
            ObjectNode object, String field, InstallValues values, InstallValue value) {
        object.set(field, TreeTemplate.tree(values.get(value)));
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
