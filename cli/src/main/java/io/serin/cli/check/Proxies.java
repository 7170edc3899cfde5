// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.PODS;

import io.serin.api.name.Revision;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Skipped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What control planes say of the proxies that are connected to them. */
final class Proxies {

    static final Group GROUP =
            new Group(
                    "proxies",
                    Optional.of(ControlPlane.REVISION_INSTALLED),
                    List.of(
                            check(
                                    "proxy-connected",
                                    "every sidecar is connected",
                                    Proxies::connected),
                            check("proxy-once", "every sidecar is connected once", Proxies::once),
                            check(
                                    "proxy-revision",
                                    "sidecars are connected to the revision of their pod",
                                    Proxies::revision),
                            check(
                                    "proxy-accepted",
                                    "sidecars take what they are sent",
                                    Proxies::accepted),
                            check(
                                    "proxy-current",
                                    "sidecars have answered what they were sent",
                                    Proxies::current),
                            check(
                                    "proxy-version",
                                    "sidecars are of their control plane's version",
                                    Proxies::version)));

    private Proxies() {}

    /** None of them says anything where a control plane does not. */
    private static Check check(String id, String title, Function<Mesh, Finding> look) {
        return Check.of(
                id,
                title,
                mesh ->
                        mesh.unknownProxies()
                                .<Finding>map(Skipped::new)
                                .orElseGet(() -> look.apply(mesh)),
                DEPLOYMENTS,
                PODS);
    }

    private static Finding connected(Mesh mesh) {
        Set<String> connected =
                mesh.allProxies().stream().map(ProxyState::place).collect(Collectors.toSet());
        Set<String> ours =
                mesh.allRevisions().stream().map(Revision::value).collect(Collectors.toSet());
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.meshedPods()) {
            boolean isUp =
                    pod.sidecarState()
                            .map(state -> state.path("ready").asBoolean(false))
                            .orElse(false);
            // A pod of a removed revision, or of another mesh, has its own check.
            if (pod.isRunning()
                    && isUp
                    && ours.contains(pod.revision())
                    && !connected.contains(pod.place())) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + pod.place()
                                        + " has a sidecar that no control plane knows: it keeps"
                                        + " its last configuration",
                                "kubectl logs -n "
                                        + pod.namespace()
                                        + " "
                                        + pod.item().name()
                                        + " -c istio-proxy"));
            }
        }
        return Finding.problem(
                flaws,
                "some sidecars are not connected",
                "sidecars that are connected: all " + connected.size());
    }

    private static Finding once(Mesh mesh) {
        Map<String, Set<String>> servers = new TreeMap<>();
        for (ProxyState proxy : mesh.allProxies()) {
            servers.computeIfAbsent(proxy.place(), _ -> new TreeSet<>()).add(proxy.controlPlane());
        }
        List<Flaw> flaws = new ArrayList<>();
        servers.forEach((pod, controlPlanes) -> {
            if (controlPlanes.size() > 1) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + pod
                                        + " is connected to "
                                        + String.join(" and ", controlPlanes),
                                "wait for a move to end, and check again"));
            }
        });
        return Finding.warning(
                flaws, "some sidecars are connected twice", "every sidecar is connected once");
    }

    private static Finding revision(Mesh mesh) {
        Map<String, MeshPod> pods =
                mesh.meshedPods().stream()
                        .collect(
                                Collectors.toMap(
                                        MeshPod::place, Function.identity(), (first, _) -> first));
        List<Flaw> flaws = new ArrayList<>();
        for (ProxyState proxy : mesh.allProxies()) {
            MeshPod pod = pods.get(proxy.place());
            if (pod != null
                    && !pod.revision().isEmpty()
                    && !pod.revision().equals(proxy.servedBy())) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + pod.place()
                                        + " was injected by "
                                        + pod.revision()
                                        + " and is served by "
                                        + proxy.servedBy(),
                                "it stays so until it is made anew: " + pod.remake()));
            }
        }
        return Finding.warning(
                flaws,
                "some sidecars are served by another revision than the one of their pod",
                "all sidecars are served by the revision of their pod");
    }

    private static Finding accepted(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (ProxyState proxy : mesh.proxies()) {
            if (!proxy.refusal().isEmpty()) {
                flaws.add(
                        new Flaw(
                                "pod " + proxy.place() + " has refused " + proxy.refusal(),
                                "make it of its control plane's version, by a restart; it goes on"
                                        + " with what it had"));
            }
        }
        return Finding.problem(
                flaws,
                "some sidecars have refused what they were sent",
                "no sidecar has refused what it was sent");
    }

    private static Finding current(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (ProxyState proxy : mesh.proxies()) {
            List<String> types = proxy.unanswered(mesh.facts().now());
            if (!types.isEmpty()) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + proxy.place()
                                        + " has not answered "
                                        + String.join(", ", types),
                                "serin proxy status " + proxy.json().path("pod").asText()));
            }
        }
        return Finding.warning(
                flaws,
                "some sidecars have not answered what they were sent",
                "all sidecars have answered what they were sent");
    }

    private static Finding version(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (ProxyState proxy : mesh.proxies()) {
            if (!proxy.version().equals(proxy.controlPlaneVersion())) {
                flaws.add(
                        new Flaw(
                                "pod "
                                        + proxy.place()
                                        + " is of version "
                                        + proxy.version()
                                        + ", its control plane of "
                                        + proxy.controlPlaneVersion(),
                                "kubectl rollout restart deployment -n " + proxy.namespace()));
            }
        }
        return Finding.warning(
                flaws,
                "some sidecars are of another version than their control plane",
                "all sidecars are of their control plane's version");
    }
}
