// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.CONFIG_MAPS;
import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.NAMESPACES;
import static io.serin.cli.check.Source.PODS;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.cli.check.Finding.Fine;
import io.serin.cli.check.Finding.Flaw;
import io.serin.injector.decide.Neighbours;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pods: who has a sidecar and should, whose it is, and what would get into its way. */
final class Workloads {

    static final Group GROUP =
            new Group(
                    "workloads",
                    Optional.of(ControlPlane.REVISION_INSTALLED),
                    List.of(
                            Check.of(
                                    "pod-sidecar-missing",
                                    "whoever should have a sidecar has one",
                                    Workloads::missing,
                                    PODS,
                                    NAMESPACES,
                                    DEPLOYMENTS,
                                    MUTATING,
                                    CONFIG_MAPS),
                            Check.of(
                                    "pod-revision-outdated",
                                    "pods are on the revision that their labels ask for",
                                    Workloads::outdated,
                                    PODS,
                                    NAMESPACES,
                                    DEPLOYMENTS,
                                    MUTATING,
                                    CONFIG_MAPS),
                            Check.of(
                                    "pod-revision-gone",
                                    "the revisions of all pods are there",
                                    Workloads::gone,
                                    PODS,
                                    DEPLOYMENTS),
                            Check.of(
                                    "pod-unknown-revision",
                                    "pods name revisions or tags that are there",
                                    Workloads::unknown,
                                    PODS,
                                    NAMESPACES,
                                    DEPLOYMENTS,
                                    MUTATING),
                            Check.of(
                                    "pod-inject-value",
                                    "sidecar.istio.io/inject is true or false",
                                    Workloads::injectValue,
                                    PODS),
                            Check.of(
                                    "pod-inject-annotation",
                                    "sidecar.istio.io/inject is a label, not an annotation",
                                    Workloads::injectAnnotation,
                                    PODS),
                            Check.of(
                                    "pod-host-network",
                                    "pods of the host's network are known",
                                    Workloads::hostNetwork,
                                    PODS,
                                    NAMESPACES,
                                    MUTATING),
                            Check.of(
                                    "pod-proxy-uid",
                                    "no application runs as the sidecar's user",
                                    Workloads::proxyUid,
                                    PODS),
                            Check.of(
                                    "pod-port-clash",
                                    "no application listens on the sidecar's ports",
                                    Workloads::portClash,
                                    PODS),
                            Check.of(
                                    "pod-proxy-image",
                                    "sidecars have their revision's image",
                                    Workloads::proxyImage,
                                    PODS,
                                    DEPLOYMENTS,
                                    CONFIG_MAPS),
                            Check.of(
                                    "pod-sidecar-ready",
                                    "sidecars are up",
                                    Workloads::sidecarReady,
                                    PODS)));

    private Workloads() {}

    private static Finding missing(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.pods()) {
            Optional<String> wanted = mesh.wanted(pod);
            if (wanted.isPresent() && pod.sidecar().isEmpty()) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + pod.place()
                                        + " should have a sidecar of revision "
                                        + wanted.get()
                                        + " and has none",
                                pod.remake()));
            }
        }
        return Finding.warning(
                flaws,
                "some pods were made before their labels, or slipped through",
                "pods that have a sidecar: all " + mesh.meshedPods().size());
    }

    private static Finding outdated(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.meshedPods()) {
            mesh.wanted(pod)
                    .filter(wanted -> !wanted.equals(pod.revision()))
                    .ifPresent(wanted ->
                            flaws.add(
                                    new Flaw(
                                            "pod "
                                                    + pod.place()
                                                    + " is on revision "
                                                    + pod.revision()
                                                    + ", and its labels ask for "
                                                    + wanted,
                                            pod.remake())));
        }
        return Finding.warning(
                flaws,
                "some pods have to be made anew to be on the revision that they ask for",
                "all pods are on the revision that their labels ask for");
    }

    private static Finding gone(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.meshedPods()) {
            if (!pod.revision().isEmpty() && !mesh.installed().contains(pod.revision())) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + pod.place()
                                        + " is on revision "
                                        + pod.revision()
                                        + ", which is not installed: it keeps its last"
                                        + " configuration",
                                pod.remake()));
            }
        }
        return Finding.problem(
                flaws,
                "some pods have lost their control plane",
                "the revisions of all pods are there");
    }

    private static Finding unknown(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.pods()) {
            String named = pod.item().revision();
            Map<String, String> namespace = mesh.namespaceLabels(pod.namespace());
            // A label of the namespace is heard before the pod's own.
            if (!named.isEmpty()
                    && !namespace.containsKey(Labels.REVISION)
                    && !namespace.containsKey(Labels.INJECTION)
                    && !mesh.names().contains(named)) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + pod.place()
                                        + " asks for '"
                                        + named
                                        + "'; "
                                        + mesh.namesInWords(),
                                "put another "
                                        + Labels.REVISION
                                        + " into the labels of its workload's pod template"));
            }
        }
        return Finding.warning(
                flaws,
                "some pods ask for what is not there, and have no sidecar",
                "all pods name revisions or tags that are there");
    }

    private static Finding injectValue(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.pods()) {
            String value = pod.labels().getOrDefault(Labels.INJECT, "true");
            if (!value.equals("true") && !value.equals("false")) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + pod.place()
                                        + ", label "
                                        + Labels.INJECT
                                        + ": '"
                                        + value
                                        + "' (expected: true or false), taken as if it were not"
                                        + " there",
                                "write \"true\" or \"false\", quoted, in its workload's pod"
                                        + " template"));
            }
        }
        return Finding.warning(
                flaws,
                "some pods have a value that nobody hears",
                "sidecar.istio.io/inject is true or false wherever it is");
    }

    private static Finding injectAnnotation(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.pods()) {
            if (pod.item().annotations().containsKey(Labels.INJECT)
                    && !pod.labels().containsKey(Labels.INJECT)) {
                flaws.add(
                        new Flaw(
                                "pod " + pod.place() + " says it by an annotation",
                                "make it a label: an annotation can keep a sidecar away, and can"
                                        + " not ask for one"));
            }
        }
        return Finding.warning(
                flaws,
                "some pods use an annotation that only counts in part",
                "sidecar.istio.io/inject is a label wherever it is");
    }

    /** Not a flaw: nothing else could be. */
    private static Finding hostNetwork(Mesh mesh) {
        List<String> outside = new ArrayList<>();
        for (MeshPod pod : mesh.pods()) {
            if (pod.hostNetwork() && !mesh.asked(pod).isEmpty()) {
                outside.add(pod.place());
            }
        }
        return new Fine(
                outside.isEmpty()
                        ? "no pod of the mesh is on its host's network"
                        : "on their host's network, so without a sidecar: "
                                + String.join(", ", outside));
    }

    private static Finding proxyUid(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.meshedPods()) {
            int ofPod = pod.item().spec().at("/securityContext/runAsUser").asInt(-1);
            for (JsonNode container : pod.applications()) {
                if (container.at("/securityContext/runAsUser").asInt(ofPod) == Objects.PROXY_UID) {
                    flaws.add(
                            new Flaw(
                                    "pod "
                                            + pod.place()
                                            + ", container "
                                            + container.path("name").asText()
                                            + ": runAsUser "
                                            + Objects.PROXY_UID,
                                    "choose another runAsUser in its workload's pod template"));
                }
            }
        }
        return Finding.warning(
                flaws,
                "what some applications send goes past their sidecar",
                "no application runs as the sidecar's user " + Objects.PROXY_UID);
    }

    private static Finding portClash(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.meshedPods()) {
            boolean dnsCapture = pod.asksItsSidecarForNames();
            for (JsonNode container : pod.applications()) {
                for (JsonNode port : container.path("ports")) {
                    if (Neighbours.isTheSidecars(port.path("containerPort").asInt(), dnsCapture)) {
                        flaws.add(
                                new Flaw(
                                        "pod "
                                                + pod.place()
                                                + ", container "
                                                + container.path("name").asText()
                                                + ": port "
                                                + port.path("containerPort").asInt(),
                                        "choose a port outside of 15000 to 15090"));
                    }
                }
            }
        }
        return Finding.problem(
                flaws,
                "some applications want a port that their sidecar has",
                "no application wants a port of its sidecar");
    }

    private static Finding proxyImage(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.meshedPods()) {
            Optional<String> expected =
                    mesh.injectorConfig(pod.revision()).map(config -> config.values().image());
            String image = pod.sidecar().map(sidecar -> sidecar.path("image").asText()).orElse("");
            if (expected.isPresent()
                    && !expected.get().equals(image)
                    && !pod.item().annotations().containsKey("sidecar.istio.io/proxyImage")) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + pod.place()
                                        + " runs "
                                        + image
                                        + ", and revision "
                                        + pod.revision()
                                        + " injects "
                                        + expected.get(),
                                pod.remake()));
            }
        }
        return Finding.warning(
                flaws,
                "some sidecars are older or newer than their revision",
                "all sidecars have their revision's image");
    }

    private static Finding sidecarReady(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.meshedPods()) {
            Optional<JsonNode> state = pod.sidecarState();
            if (!pod.isRunning() || state.isEmpty() || state.get().path("ready").asBoolean(true)) {
                continue;
            }
            flaws.add(
                    new Flaw(
                            "pod "
                                    + pod.place()
                                    + ": istio-proxy "
                                    + state.get().at("/state/waiting/reason").asText("is not ready")
                                    + ", "
                                    + state.get().path("restartCount").asInt()
                                    + " restarts",
                            "kubectl logs -n "
                                    + pod.namespace()
                                    + " "
                                    + pod.item().name()
                                    + " -c istio-proxy"));
        }
        return Finding.problem(
                flaws, "some sidecars are not up, nor are their pods", "all sidecars are up");
    }
}
