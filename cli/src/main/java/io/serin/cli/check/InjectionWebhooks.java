// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.ENDPOINT_SLICES;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.NAMESPACES;
import static io.serin.cli.check.Source.PODS;
import static io.serin.cli.check.Source.SERVICES;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Ports;
import io.serin.cli.check.Finding.Fine;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.cli.check.Finding.Skipped;
import io.serin.kube.read.Reading;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether the API server asks the right injector about a pod, and can. */
final class InjectionWebhooks {

    static final Group GROUP =
            new Group(
                    "webhooks",
                    Optional.of(ControlPlane.REVISION_INSTALLED),
                    List.of(
                            Check.of(
                                    "webhook-there",
                                    "every revision has its webhooks",
                                    InjectionWebhooks::there,
                                    DEPLOYMENTS,
                                    MUTATING),
                            Check.of(
                                    "webhook-service",
                                    "the Services that are called are there",
                                    InjectionWebhooks::services,
                                    MUTATING,
                                    SERVICES),
                            Check.of(
                                    "webhook-endpoints",
                                    "somebody answers behind them",
                                    InjectionWebhooks::endpoints,
                                    MUTATING,
                                    SERVICES,
                                    ENDPOINT_SLICES),
                            WebhookSettings.SAME,
                            Check.of(
                                    "webhook-double-match",
                                    "no pod is injected twice",
                                    InjectionWebhooks::doubleMatch,
                                    MUTATING,
                                    NAMESPACES,
                                    PODS),
                            Check.of(
                                    "webhook-overlap",
                                    "no pod could be injected twice",
                                    InjectionWebhooks::overlap,
                                    MUTATING),
                            Check.of(
                                    "injection-works",
                                    "a trial pod gets its sidecar",
                                    InjectionWebhooks::trial,
                                    DEPLOYMENTS)));

    private InjectionWebhooks() {}

    private static Finding there(Mesh mesh) {
        Set<String> injecting = new TreeSet<>();
        for (Item injector : mesh.injectors()) {
            if (injector.label(Labels.TAG).isEmpty()) {
                injecting.add(injector.revision());
            }
        }
        List<Flaw> flaws = new ArrayList<>();
        for (Item deployment : mesh.controlPlanes()) {
            if (!injecting.contains(deployment.revision())) {
                flaws.add(
                        new Flaw(
                                "revision "
                                        + deployment.revision()
                                        + " has no MutatingWebhookConfiguration that is labelled"
                                        + " app=sidecar-injector, istio.io/rev="
                                        + deployment.revision(),
                                Remedy.install(mesh, deployment.revision())));
            }
        }
        return Finding.problem(
                flaws, "some revisions inject nothing", "all revisions have their webhooks");
    }

    private static Finding services(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Hook hook : mesh.hooks()) {
            Optional<ObjectName> name = hook.service();
            if (name.isEmpty()) {
                continue;
            }
            String fix = Remedy.install(mesh, hook.revision());
            Optional<Item> service = mesh.service(name.get());
            if (service.isEmpty()) {
                flaws.add(
                        new Flaw(
                                hook.place()
                                        + " calls service "
                                        + name.get()
                                        + ", which is not there",
                                fix));
            } else if (!InstalledObjects.hasPort(service.get(), hook.port(), Ports.WEBHOOK)) {
                flaws.add(
                        new Flaw(
                                hook.place()
                                        + " calls port "
                                        + hook.port()
                                        + " of service "
                                        + name.get()
                                        + ", which does not lead to "
                                        + Ports.WEBHOOK,
                                fix));
            }
        }
        return Finding.problem(
                flaws,
                "some webhooks call nobody, and keep pods from being made",
                "all Services that are called are there");
    }

    private static Finding endpoints(Mesh mesh) {
        Set<ObjectName> silent = new TreeSet<>();
        for (Hook hook : mesh.hooks()) {
            hook.service()
                    .filter(service -> mesh.service(service).isPresent())
                    .filter(service -> mesh.readyEndpoints(service) == 0)
                    .ifPresent(silent::add);
        }
        List<Flaw> flaws = new ArrayList<>();
        for (ObjectName service : silent) {
            flaws.add(
                    new Flaw(
                            "service " + service + " is called by webhooks and has no endpoint",
                            "kubectl get pods -n " + service.namespace() + " -l app=istiod"));
        }
        return Finding.problem(
                flaws,
                "nobody answers some webhooks, and pods of their namespaces can't be made",
                "somebody answers all webhooks");
    }

    private static Finding doubleMatch(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.pods()) {
            List<Hook> asked = mesh.asked(pod);
            if (asked.size() > 1) {
                flaws.add(
                        new Flaw(
                                "pod " + pod.place() + " is matched by " + both(asked),
                                remedy(asked)));
            }
        }
        return Finding.problem(
                flaws,
                "some pods would be injected by two webhooks",
                "no pod is matched by two webhooks");
    }

    private static String both(List<Hook> hooks) {
        return String.join(" and by ", hooks.stream().map(Hook::place).toList());
    }

    private static String remedy(List<Hook> hooks) {
        return "delete the one that is not wanted: kubectl delete mutatingwebhookconfiguration "
                + hooks.getLast().configuration().name();
    }

    /** All pairs of labels that the entries could tell apart, whether or not somebody has them. */
    private static Finding overlap(Mesh mesh) {
        Set<String> values = new TreeSet<>(mesh.names());
        values.add("default");
        List<Map<String, String>> namespaces = new ArrayList<>();
        List<Map<String, String>> pods = new ArrayList<>();
        for (Map<String, String> revision : labels(Labels.REVISION, values)) {
            for (Map<String, String> injection :
                    labels(Labels.INJECTION, Set.of("enabled", "disabled"))) {
                namespaces.add(join(revision, injection));
            }
            for (Map<String, String> inject : labels(Labels.INJECT, Set.of("true", "false"))) {
                pods.add(join(revision, inject));
            }
        }
        Map<String, Flaw> flaws = new TreeMap<>();
        for (Map<String, String> namespace : namespaces) {
            for (Map<String, String> pod : pods) {
                List<Hook> asked =
                        mesh.allHooks().stream()
                                .filter(hook -> hook.matches(namespace, pod))
                                .toList();
                if (asked.size() > 1) {
                    flaws.putIfAbsent(
                            both(asked),
                            new Flaw(
                                    "a pod with labels "
                                            + pod
                                            + " in a namespace with "
                                            + namespace
                                            + " is matched by "
                                            + both(asked),
                                    remedy(asked)));
                }
            }
        }
        return Finding.problem(
                List.copyOf(flaws.values()),
                "some labels are heard by two webhooks",
                "of all webhooks at most one matches any labels");
    }

    /** Without the label, and with each value. */
    private static List<Map<String, String>> labels(String key, Set<String> values) {
        List<Map<String, String>> labels = new ArrayList<>();
        labels.add(Map.of());
        values.stream().sorted().forEach(value -> labels.add(Map.of(key, value)));
        return labels;
    }

    private static Map<String, String> join(Map<String, String> one, Map<String, String> other) {
        Map<String, String> both = new TreeMap<>(one);
        both.putAll(other);
        return both;
    }

    private static Finding trial(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        Optional<String> unread = Optional.empty();
        int proven = 0;
        for (Item deployment : mesh.controlPlanes()) {
            String revision = deployment.revision();
            if (mesh.isReplaced(revision)) {
                // Nobody can ask for it.
                continue;
            }
            Reading<String> trial =
                    mesh.facts()
                            .trials()
                            .getOrDefault(revision, new Reading.Unread<>("it was not tried"));
            switch (trial) {
                case Reading.Unread<String>(String why) ->
                        unread = Optional.of("revision " + revision + ": " + why);
                case Reading.Read<String>(String missing) -> {
                    if (missing.isEmpty()) {
                        proven++;
                    } else {
                        flaws.add(
                                new Flaw(
                                        "revision " + revision + " waits for " + missing,
                                        "kubectl logs -n "
                                                + deployment.namespace()
                                                + " deployment/"
                                                + deployment.name()));
                    }
                }
            }
        }
        if (!flaws.isEmpty()) {
            return new Problem("a pod that is made now gets no sidecar", flaws);
        }
        return unread.<Finding>map(Skipped::new)
                .orElse(new Fine("revisions that inject a pod that is made now: all " + proven));
    }
}
