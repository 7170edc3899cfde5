// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import io.serin.cli.client.InstallValues;
import io.serin.cli.client.Manifests;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.read.ApiReader.Deed;
import io.serin.kube.read.Reading;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.TagObjects;
import io.serin.kube.write.ValidatorObjects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A cluster in which all is well, to be damaged: revisions 1-0 and 1-1, tag {@code prod} on 1-0;
 * namespaces {@code shop} on 1-0, {@code front} on the tag, {@code lab} on 1-1 with pods, {@code
 * plain} without the mesh.
 */
final class World {

    static final Deed DEED = new Deed("create", "apps", "deployments", "istio-system");

    private final Map<Source, List<ObjectNode>> objects = new EnumMap<>(Source.class);
    private final Map<Source, String> unread = new EnumMap<>(Source.class);
    private final Map<ObjectName, Reading<JsonNode>> pages = new TreeMap<>();
    private final Map<ObjectName, Reading<String>> certificates = new TreeMap<>();
    private final Map<String, Reading<String>> trials = new TreeMap<>();
    private final Map<Deed, Reading<Boolean>> permissions = new HashMap<>();
    private Reading<Optional<Authority>> authority =
            new Reading.Read<>(
                    Optional.of(
                            new Authority(
                                    "istio-ca-secret",
                                    Map.of("ca-cert.pem", pem("mesh-authority")),
                                    List.of(),
                                    Optional.empty())));
    private Instant now = Instant.parse("2030-01-01T12:00:00Z");

    private World() {
        for (Source source : Source.values()) {
            objects.put(source, new ArrayList<>());
        }
    }

    static World healthy() {
        World world = new World();
        world.add(Source.VERSION, "{major: '1', minor: '31', gitVersion: v1.31.2}");
        world.add(
                Source.NODES,
                """
                metadata: {name: node-1}
                spec: {}
                status:
                  nodeInfo: {kubeletVersion: v1.31.2, operatingSystem: linux}
                  conditions: [{type: Ready, status: "True"}]
                """);
        world.add(
                Source.ROUTE_DEFINITION,
                """
                metadata:
                  name: httproutes.gateway.networking.k8s.io
                  annotations: {gateway.networking.k8s.io/bundle-version: v1.6.1}
                spec: {versions: [{name: v1, served: true}]}
                """);
        world.namespace("istio-system", "{}");
        world.namespace("kube-system", "{}");
        world.namespace("plain", "{}");
        world.namespace("shop", "{istio.io/rev: 1-0}");
        world.namespace("front", "{istio.io/rev: prod}");
        world.namespace("lab", "{istio.io/rev: 1-1}");
        world.install("1-0");
        world.install("1-1");
        world.tag("prod", "1-0");
        world.workload("shop", "web", "1-0");
        world.workload("front", "page", "1-0");
        world.workload("lab", "probe", "1-1");
        for (String namespace : List.of("istio-system", "plain", "shop", "front", "lab")) {
            world.trust(namespace, pem("mesh-authority"));
        }
        world.add(
                Source.PODS,
                """
                metadata: {name: lonely, namespace: plain, labels: {app: lonely}}
                spec: {containers: [{name: lonely, image: lonely}]}
                status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
                """);
        world.add(
                Source.BUDGETS,
                """
                metadata: {name: web, namespace: shop}
                spec: {selector: {matchLabels: {app: web}}}
                status: {disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1}
                """);
        world.permissions.put(DEED, new Reading.Read<>(true));
        return world;
    }

    /** Revision default, while the tag of that name speaks in its place, for another one. */
    void defaultTag(String target) {
        install(Revision.DEFAULT.value());
        for (JsonNode hook : get(Source.MUTATING, "istio-sidecar-injector").path("webhooks")) {
            for (String selector : List.of("namespaceSelector", "objectSelector")) {
                ((ObjectNode) hook)
                        .putObject(selector)
                        .putObject("matchLabels")
                        .put(Labels.DEACTIVATED, "never-match");
            }
        }
        trials.put(
                Revision.DEFAULT.value(),
                new Reading.Read<>("a sidecar of revision default, not '" + target + "'"));
        // The one at hand is not for its name.
        certificates.put(
                new ObjectName("istio-system", "istiod"), new Reading.Unread<>("not looked at"));
        tag(Tag.DEFAULT.value(), target);
        remove(Source.VALIDATING, "istiod-default-validator");
        list(Source.VALIDATING)
                .add(
                        ValidatorObjects.ofDefault(
                                get(
                                        Source.VALIDATING,
                                        "istio-validator-" + target + "-istio-system"),
                                TagObjects.labels(Tag.DEFAULT, new Revision(target))));
    }

    private void install(String revision) {
        for (JsonNode object :
                Manifests.render(new Revision(revision), InstallValues.of(Map.of()))) {
            ObjectNode copy = object.deepCopy();
            switch (copy.path("kind").asText()) {
                case "Deployment" -> list(Source.DEPLOYMENTS).add(copy);
                case "Service" -> list(Source.SERVICES).add(copy);
                case "ConfigMap" -> list(Source.CONFIG_MAPS).add(copy);
                case "MutatingWebhookConfiguration" -> {
                    fill(copy);
                    list(Source.MUTATING).add(copy);
                }
                case "ValidatingWebhookConfiguration" -> {
                    fill(copy);
                    list(Source.VALIDATING).add(copy);
                }
                default -> {
                    // Nobody checks these.
                }
            }
        }
        String name = Objects.controlPlane(new Revision(revision));
        patch(
                Source.DEPLOYMENTS,
                name,
                "{status: {readyReplicas: 1, updatedReplicas: 1, replicas: 1}}");
        add(
                Source.ENDPOINT_SLICES,
                """
                metadata:
                  name: %1$s-a
                  namespace: istio-system
                  labels: {kubernetes.io/service-name: %1$s}
                endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
                """
                        .formatted(name));
        controlPlanePod(name + "-x", revision);
        certificates.put(new ObjectName("istio-system", name), new Reading.Read<>(pem("serving")));
        trials.put(revision, new Reading.Read<>(""));
    }

    /** The same, but that its revisions were installed by Helm, each by a release of its own. */
    static World ofHelm() {
        World world = healthy();
        for (List<ObjectNode> list : world.objects.values()) {
            for (ObjectNode object : list) {
                JsonNode labels = object.at("/metadata/labels");
                if (labels.path(Labels.PART_OF).asText().equals(Labels.SERIN)
                        && !labels.has(Labels.TAG)) {
                    object.withObject("/metadata/labels").put(Labels.MANAGED_BY, "Helm");
                    object.withObject("/metadata/annotations")
                            .put(
                                    "meta.helm.sh/release-name",
                                    "serin-" + labels.path(Labels.REVISION).asText())
                            .put("meta.helm.sh/release-namespace", "istio-system");
                }
            }
        }
        return world;
    }

    /** Lets a revision have an agent on each node, as an installation with it would. */
    void nodeAgent(String revision, int ready, int wanted) {
        for (JsonNode object :
                Manifests.render(
                        new Revision(revision),
                        InstallValues.of(Map.of("pilot.cni.enabled", "true")))) {
            String name = object.at("/metadata/name").asText();
            ObjectNode copy = object.deepCopy();
            switch (object.path("kind").asText()) {
                case "DaemonSet" -> {
                    copy.putObject("status")
                            .put("desiredNumberScheduled", wanted)
                            .put("numberReady", ready);
                    list(Source.DAEMON_SETS).add(copy);
                }
                case "ConfigMap" -> merge(get(Source.CONFIG_MAPS, name), copy);
                case "Deployment" -> merge(get(Source.DEPLOYMENTS, name), copy);
                default -> {
                    // The same without it.
                }
            }
        }
    }

    /** A running replica that says that it is of version 0.1.0, and has no proxies. */
    void controlPlanePod(String name, String revision) {
        add(
                Source.PODS,
                """
                metadata:
                  name: %s
                  namespace: istio-system
                  labels: {app: istiod, istio.io/rev: %s, sidecar.istio.io/inject: "false"}
                  ownerReferences: [{kind: ReplicaSet, name: r, controller: true}]
                spec: {containers: [{name: discovery, image: serin-control-plane}]}
                status:
                  phase: Running
                  conditions: [{type: Ready, status: "True"}]
                  containerStatuses:
                    - {name: discovery, ready: true, restartCount: 0, state: {running: {}}}
                """
                        .formatted(name, revision));
        page(name, "{revision: %s, version: 0.1.0, proxies: []}".formatted(revision));
    }

    private static void fill(ObjectNode configuration) {
        configuration
                .path("webhooks")
                .forEach(hook ->
                        ((ObjectNode) hook)
                                .withObject("/clientConfig")
                                .put("caBundle", bundle("authority")));
    }

    /** As it is set, where it was not there before. */
    void tag(String tag, String revision) {
        list(Source.MUTATING)
                .add(
                        TagObjects.webhooks(
                                new Tag(tag),
                                new Revision(revision),
                                get(Source.MUTATING, "istio-sidecar-injector-" + revision),
                                "",
                                false));
        list(Source.VALIDATING)
                .add(
                        ValidatorObjects.ofTag(
                                new Tag(tag),
                                new Revision(revision),
                                get(
                                        Source.VALIDATING,
                                        "istio-validator-" + revision + "-istio-system")));
    }

    void namespace(String name, String labels) {
        add(Source.NAMESPACES, "{metadata: {name: %s, labels: %s}}".formatted(name, labels));
    }

    /** A Deployment of two, one of whose pods is shown, connected to its control plane. */
    private void workload(String namespace, String app, String revision) {
        add(
                Source.DEPLOYMENTS,
                """
                metadata: {name: %2$s, namespace: %1$s}
                spec: {replicas: 2, selector: {matchLabels: {app: %2$s}}}
                """
                        .formatted(namespace, app));
        add(
                Source.PODS,
                """
                metadata:
                  name: %2$s
                  namespace: %1$s
                  labels: {app: %2$s, pod-template-hash: 5d}
                  annotations: {istio.io/rev: %3$s}
                  ownerReferences: [{kind: ReplicaSet, name: %2$s-5d, controller: true}]
                spec:
                  initContainers: [{name: istio-proxy, image: "serin-proxy:0.1.0"}]
                  containers: [{name: app, image: app, ports: [{containerPort: 8080}]}]
                status:
                  phase: Running
                  conditions: [{type: Ready, status: "True"}]
                  initContainerStatuses:
                    - {name: istio-proxy, ready: true, restartCount: 0, state: {running: {}}}
                """
                        .formatted(namespace, app, revision));
        connect(namespace, app, "istiod-" + revision + "-x");
    }

    /** Adds a proxy to what a control plane says. */
    ObjectNode connect(String namespace, String pod, String controlPlane) {
        ObjectNode proxy =
                yaml(
                        """
                        pod: %s
                        namespace: %s
                        version: 0.1.0
                        types:
                          CLUSTER: {sent: "7", acked: "7", sentAt: "2030-01-01T11:00:00Z"}
                        """
                                .formatted(pod, namespace));
        ((ObjectNode) page(controlPlane)).withArray("/proxies").add(proxy);
        return proxy;
    }

    /** The first proxy of a control plane. */
    ObjectNode proxy(String controlPlane) {
        return (ObjectNode) page(controlPlane).path("proxies").path(0);
    }

    JsonNode page(String controlPlane) {
        return switch (requireNonNull(pages.get(new ObjectName("istio-system", controlPlane)))) {
            case Reading.Read<JsonNode>(JsonNode page) -> page;
            case Reading.Unread<JsonNode>(String why) -> throw new AssertionError(why);
        };
    }

    void page(String controlPlane, String yaml) {
        pages.put(new ObjectName("istio-system", controlPlane), new Reading.Read<>(yaml(yaml)));
    }

    void noPage(String controlPlane, String why) {
        pages.put(new ObjectName("istio-system", controlPlane), new Reading.Unread<>(why));
    }

    void certificate(String service, Reading<String> certificate) {
        certificates.put(new ObjectName("istio-system", service), certificate);
    }

    void authority(Reading<Optional<Authority>> read) {
        authority = read;
    }

    /** Says whom the proxies of a namespace trust. */
    void trust(String namespace, String roots) {
        list(Source.ROOT_CERTIFICATES).removeIf(map -> isIn(namespace, map));
        add(
                        Source.ROOT_CERTIFICATES,
                        "metadata: {name: istio-ca-root-cert, namespace: %s}".formatted(namespace))
                .putObject("data")
                .put("root-cert.pem", roots);
    }

    void trustNobody(String namespace) {
        list(Source.ROOT_CERTIFICATES).removeIf(map -> isIn(namespace, map));
    }

    private static boolean isIn(String namespace, JsonNode object) {
        return object.at("/metadata/namespace").asText().equals(namespace);
    }

    void trial(String revision, Reading<String> missing) {
        trials.put(revision, missing);
    }

    void permission(Reading<Boolean> allowed) {
        permissions.put(DEED, allowed);
    }

    void time(String instant) {
        now = Instant.parse(instant);
    }

    void unread(Source source, String why) {
        unread.put(source, why);
    }

    List<ObjectNode> list(Source source) {
        return requireNonNull(objects.get(source));
    }

    ObjectNode add(Source source, String yaml) {
        ObjectNode object = yaml(yaml);
        list(source).add(object);
        return object;
    }

    void remove(Source source, String name) {
        if (!list(source).removeIf(object -> name(object).equals(name))) {
            throw new AssertionError(source + " has no " + name);
        }
    }

    ObjectNode get(Source source, String name) {
        return list(source).stream()
                .filter(object -> name(object).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(source + " has no " + name));
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    /** Lays fields over those of an object; lists are replaced. */
    void patch(Source source, String name, String yaml) {
        merge(get(source, name), yaml(yaml));
    }

    static void merge(ObjectNode into, JsonNode over) {
        over.properties()
                .forEach(field -> {
                    JsonNode held = into.get(field.getKey());
                    if (held instanceof ObjectNode both && field.getValue().isObject()) {
                        merge(both, field.getValue());
                    } else {
                        into.set(field.getKey(), field.getValue());
                    }
                });
    }

    /** An entry of a MutatingWebhookConfiguration. */
    ObjectNode hook(String configuration, int index) {
        return (ObjectNode) get(Source.MUTATING, configuration).path("webhooks").path(index);
    }

    static ObjectNode yaml(String text) {
        return TreeTemplate.parseYaml(text).getFirst().deepCopy();
    }

    /** As a caBundle holds them. */
    static String bundle(String... names) {
        StringBuilder pem = new StringBuilder();
        for (String name : names) {
            pem.append(pem(name));
        }
        return Base64.getEncoder().encodeToString(pem.toString().getBytes(StandardCharsets.UTF_8));
    }

    static String pem(String name) {
        return resource(name + ".pem");
    }

    /** The private one of a certificate. */
    static String key(String name) {
        return resource(name + ".key");
    }

    private static String resource(String name) {
        try (InputStream in = requireNonNull(World.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    ClusterFacts facts() {
        Map<Source, Reading<List<JsonNode>>> lists = new EnumMap<>(Source.class);
        objects.forEach((source, list) ->
                lists.put(
                        source,
                        unread.containsKey(source)
                                ? new Reading.Unread<>(unread.get(source))
                                : new Reading.Read<>(List.copyOf(list))));
        return new ClusterFacts(lists, pages, certificates, trials, authority, permissions, now);
    }
}
