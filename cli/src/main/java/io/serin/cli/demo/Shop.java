// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.cli.client.Counted;
import io.serin.cli.client.Manifests;
import io.serin.cli.demo.event.DemoEvent.NamespaceLabelled;
import io.serin.cli.demo.event.DemoEvent.WeightsWanted;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import io.serin.kube.write.Objects;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The application that the story is about: web, which asks reviews, of which there are three. */
final class Shop {

    static final String NAMESPACE = "shop";

    private final ClusterReader reader;
    private final Objects objects;
    private final Narrator narrator;
    private final Waits waits;
    private boolean isRouted;

    Shop(Kube kube, Narrator narrator) {
        this.reader = new ClusterReader(kube);
        this.objects = new Objects(kube);
        this.narrator = narrator;
        this.waits = new Waits(narrator);
    }

    /** The namespaces, of the shop and of its visitors, both of revision 1-0. */
    void openNamespaces() {
        narrator.command(
                "kubectl apply -f deploy/demo/namespaces.yaml   # labelled istio.io/rev=1-0");
        for (JsonNode namespace : documents("namespaces.yaml")) {
            // Not in the file, which people apply too: what they make is theirs.
            ((ObjectNode) namespace.at("/metadata/labels")).put(Labels.DEMO, "true");
            objects.apply(namespace);
        }
        for (String namespace : List.of(NAMESPACE, Visitors.NAMESPACE)) {
            narrator.tell(new NamespaceLabelled(namespace, "1-0"));
        }
    }

    void open() {
        apply("shop.yaml");
        awaitRollout(NAMESPACE);
    }

    /** Parts the traffic of reviews between v1 and v2. */
    void route(int v1, int v2) {
        JsonNode route = documents("route.yaml").getFirst();
        ArrayNode backends = (ArrayNode) route.at("/spec/rules/0/backendRefs");
        ((ObjectNode) backends.get(0)).put("weight", v1);
        ((ObjectNode) backends.get(1)).put("weight", v2);
        narrator.command(
                isRouted
                        ? "kubectl -n shop patch httproute reviews --type merge -p"
                                + " '{\"spec\":{\"rules\":[{\"backendRefs\":"
                                + backends
                                + "}]}}'"
                        : "kubectl apply -f deploy/demo/route.yaml");
        isRouted = true;
        objects.apply(route);
        narrator.tell(new WeightsWanted(Map.of("v1", v1, "v2", v2)));
    }

    /** New pods go to that revision. */
    void relabel(Revision revision) {
        narrator.command("kubectl label namespace shop istio.io/rev=" + revision + " --overwrite");
        objects.labelNamespace(NAMESPACE, Labels.REVISION, revision.value());
        narrator.tell(new NamespaceLabelled(NAMESPACE, revision.value()));
    }

    /** Replaces all pods, and sees them all on that revision. */
    void restart(Revision wanted) {
        narrator.say("one Deployment after the other, each when the one before is done");
        for (ClusterReader.Rollout rollout : reader.rollouts(NAMESPACE)) {
            narrator.command("kubectl -n shop rollout restart deployment " + rollout.name().name());
            objects.restart(rollout.name());
            awaitRollout(NAMESPACE);
        }
        waits.until(
                "old pods of shop to be gone",
                () ->
                        pods().stream()
                                .filter(pod -> !pod.revision().equals(wanted.value()))
                                .findFirst()
                                .map(pod -> pod.name().name() + " is still there"));
    }

    /** For people: how many pods are on which revision. */
    String revisions() {
        Map<String, Integer> counts = new TreeMap<>();
        for (KubePod pod : pods()) {
            counts.merge(pod.revision().isEmpty() ? "without" : pod.revision(), 1, Integer::sum);
        }
        List<String> parts = new ArrayList<>();
        counts.forEach((revision, count) ->
                parts.add(Counted.of(count, "pod on ", "pods on ") + revision));
        return String.join(", ", parts);
    }

    private List<KubePod> pods() {
        return reader.pods().stream()
                .filter(pod -> pod.name().namespace().equals(NAMESPACE))
                .toList();
    }

    void apply(String file) {
        documents(file).forEach(objects::apply);
    }

    private static List<JsonNode> documents(String file) {
        return TreeTemplate.parseYaml(Manifests.resource("/demo/" + file));
    }

    void awaitRollout(String namespace) {
        waits.until(
                "namespace " + namespace,
                () ->
                        reader.unfinished(namespace)
                                .map(rollout ->
                                        rollout.name().name() + ": " + rollout.waitingFor()));
    }

    /** Takes it away, and its visitors; the shop may not have been opened. */
    void close() {
        objects.deleteNamespace(NAMESPACE);
        objects.deleteNamespace(Visitors.NAMESPACE);
        boolean gone =
                objects.awaitNoNamespace(NAMESPACE, 60)
                        && objects.awaitNoNamespace(Visitors.NAMESPACE, 60);
        if (!gone) {
            narrator.say("namespaces shop and visitors are still going");
        }
    }
}
