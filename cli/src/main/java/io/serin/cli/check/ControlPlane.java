// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.PODS;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.cli.check.Finding.Fine;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.kube.read.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The revisions: their Deployments, pods, Services and configuration. */
final class ControlPlane {

    /** The check without which there is no mesh to look at. */
    static final String REVISION_INSTALLED = "revision-installed";

    private static final Duration RECENT = Duration.ofMinutes(10);
    private static final Set<String> NO_IMAGE =
            Set.of(
                    "ImagePullBackOff",
                    "ErrImagePull",
                    "InvalidImageName",
                    "ErrImageNeverPull",
                    "ImageInspectError");

    static final Group GROUP =
            new Group(
                    "control plane",
                    Optional.of(REVISION_INSTALLED),
                    List.of(
                            Check.of(
                                    REVISION_INSTALLED,
                                    "a revision is installed",
                                    ControlPlane::installed,
                                    DEPLOYMENTS),
                            Check.of(
                                    "control-plane-ready",
                                    "the Deployments are complete",
                                    ControlPlane::ready,
                                    DEPLOYMENTS),
                            Check.of(
                                    "control-plane-images",
                                    "their images can be pulled",
                                    ControlPlane::images,
                                    DEPLOYMENTS,
                                    PODS),
                            Check.of(
                                    "control-plane-restarts",
                                    "their pods do not restart",
                                    ControlPlane::restarts,
                                    DEPLOYMENTS,
                                    PODS),
                            Check.of(
                                    "control-plane-answers",
                                    "their pods say who is connected",
                                    ControlPlane::answers,
                                    DEPLOYMENTS,
                                    PODS),
                            Check.of(
                                    "control-plane-versions",
                                    "replicas are of one version",
                                    ControlPlane::versions,
                                    DEPLOYMENTS,
                                    PODS),
                            NodeAgents.READY));

    private ControlPlane() {}

    private static Finding installed(Mesh mesh) {
        List<String> names = mesh.controlPlanes().stream().map(Item::revision).sorted().toList();
        if (!names.isEmpty()) {
            return new Fine("installed: " + String.join(", ", names));
        }
        String what =
                mesh.scope()
                        .revision()
                        .map(name ->
                                "there is no revision "
                                        + name
                                        + "; there is: "
                                        + (mesh.installed().isEmpty()
                                                ? "none"
                                                : String.join(", ", mesh.installed())))
                        .orElse("namespace " + Objects.SYSTEM_NAMESPACE + " has no control plane");
        return new Problem(
                "nothing is installed",
                List.of(
                        new Flaw(
                                what,
                                Remedy.install(mesh, mesh.scope().revision().orElse("1-0")))));
    }

    private static Finding ready(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item deployment : mesh.controlPlanes()) {
            int wanted = deployment.spec().path("replicas").asInt(1);
            int ready = deployment.status().path("readyReplicas").asInt(0);
            int updated = deployment.status().path("updatedReplicas").asInt(0);
            String place = "deployment " + deployment.name();
            String fix =
                    "kubectl describe deployment -n "
                            + deployment.namespace()
                            + " "
                            + deployment.name();
            if (wanted == 0) {
                flaws.add(
                        new Flaw(
                                place + " is scaled to 0: nobody injects and nobody serves",
                                "kubectl scale deployment -n "
                                        + deployment.namespace()
                                        + " "
                                        + deployment.name()
                                        + " --replicas=1"));
            } else if (ready < wanted) {
                flaws.add(
                        new Flaw(
                                place + " has " + ready + " of " + wanted + " replicas ready",
                                fix));
            } else if (updated < wanted || deployment.status().path("replicas").asInt(0) > wanted) {
                flaws.add(new Flaw(place + " is being replaced", fix));
            }
        }
        return Finding.problem(
                flaws,
                "some control planes are not complete",
                "control planes that are complete: all " + mesh.controlPlanes().size());
    }

    private static Finding images(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : pods(mesh)) {
            for (JsonNode state : pod.containerStates()) {
                String reason = state.at("/state/waiting/reason").asText("");
                if (NO_IMAGE.contains(reason)) {
                    flaws.add(
                            new Flaw(
                                    "pod "
                                            + pod.place()
                                            + ": "
                                            + reason
                                            + " for image "
                                            + state.path("image").asText(),
                                    "give a registry that nodes can pull from: "
                                            + Remedy.install(
                                                    mesh,
                                                    pod.item().revision(),
                                                    "image.hub=HUB",
                                                    "image.tag=TAG")));
                }
            }
        }
        return Finding.problem(flaws, "some images can't be pulled", "all images have been pulled");
    }

    private static Finding restarts(Mesh mesh) {
        List<Flaw> looping = new ArrayList<>();
        List<Flaw> recent = new ArrayList<>();
        for (MeshPod pod : pods(mesh)) {
            for (JsonNode state : pod.containerStates()) {
                Flaw flaw =
                        new Flaw(
                                "pod "
                                        + pod.place()
                                        + " has restarted "
                                        + state.path("restartCount").asInt()
                                        + " times, last with "
                                        + state.at("/lastState/terminated/reason")
                                                .asText("no reason"),
                                "kubectl logs -n "
                                        + pod.namespace()
                                        + " "
                                        + pod.item().name()
                                        + " --previous");
                if (state.at("/state/waiting/reason").asText("").equals("CrashLoopBackOff")) {
                    looping.add(flaw);
                } else if (isRecent(
                        state.at("/lastState/terminated/finishedAt").asText(""),
                        mesh.facts().now())) {
                    recent.add(flaw);
                }
            }
        }
        return looping.isEmpty()
                ? Finding.warning(
                        recent,
                        "some control planes have restarted in the last ten minutes",
                        "no control plane has restarted in the last ten minutes")
                : new Problem("some control planes start again and again", looping);
    }

    private static boolean isRecent(String time, Instant now) {
        return Item.instant(time).map(at -> at.isAfter(now.minus(RECENT))).orElse(false);
    }

    private static Finding answers(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        int answered = 0;
        List<MeshPod> pods =
                mesh.revisions().stream()
                        .flatMap(revision -> mesh.controlPlanePods(revision.value()).stream())
                        .toList();
        for (MeshPod pod : pods) {
            if (!pod.isRunning()) {
                continue;
            }
            String fix =
                    "kubectl get --raw /api/v1/namespaces/"
                            + pod.namespace()
                            + "/pods/"
                            + pod.item().name()
                            + ":"
                            + Ports.CONTROL_DEBUG
                            + "/proxy/debug/syncz";
            switch (mesh.page(pod)) {
                case Reading.Unread<JsonNode>(String why) ->
                        flaws.add(new Flaw("pod " + pod.place() + ": " + why, fix));
                case Reading.Read<JsonNode>(JsonNode page) -> {
                    answered++;
                    String says = page.path("revision").asText("");
                    if (!says.equals(pod.item().revision())) {
                        flaws.add(
                                new Flaw(
                                        "pod "
                                                + pod.place()
                                                + " is labelled "
                                                + pod.item().revision()
                                                + " and says that it is '"
                                                + says
                                                + "'",
                                        fix));
                    }
                }
            }
        }
        return Finding.problem(
                flaws,
                "some control planes do not say who is connected to them",
                "pods that say who is connected to them: all " + answered);
    }

    private static Finding versions(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item deployment : mesh.controlPlanes()) {
            Set<String> versions = new TreeSet<>();
            for (MeshPod pod : mesh.controlPlanePods(deployment.revision())) {
                if (pod.isRunning()
                        && mesh.page(pod) instanceof Reading.Read<JsonNode>(JsonNode page)) {
                    versions.add(page.path("version").asText());
                }
            }
            if (versions.size() > 1) {
                flaws.add(
                        new Flaw(
                                "revision "
                                        + deployment.revision()
                                        + " runs "
                                        + String.join(" and ", versions),
                                "kubectl rollout status deployment -n "
                                        + deployment.namespace()
                                        + " "
                                        + deployment.name()));
            }
        }
        return Finding.warning(
                flaws,
                "replicas of one revision are of different versions",
                "all replicas of a revision are of one version");
    }

    private static List<MeshPod> pods(Mesh mesh) {
        return mesh.controlPlanes().stream()
                .flatMap(deployment -> mesh.controlPlanePods(deployment.revision()).stream())
                .toList();
    }
}
