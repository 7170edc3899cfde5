// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.NAMESPACES;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.cli.check.Finding.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What the labels of namespaces say, and whether somebody hears it. */
final class Namespaces {

    static final Group GROUP =
            new Group(
                    "namespaces",
                    Optional.empty(),
                    List.of(
                            Check.of(
                                    "namespace-there",
                                    "the namespaces that were asked about are there",
                                    Namespaces::there,
                                    NAMESPACES),
                            Check.of(
                                    "namespace-both-labels",
                                    "no namespace has both labels",
                                    Namespaces::bothLabels,
                                    NAMESPACES),
                            Check.of(
                                    "namespace-unknown-revision",
                                    "namespaces name revisions or tags that are there",
                                    Namespaces::unknownRevision,
                                    NAMESPACES,
                                    DEPLOYMENTS,
                                    MUTATING),
                            Check.of(
                                    "namespace-injection-value",
                                    "istio-injection is enabled or disabled",
                                    Namespaces::injectionValue,
                                    NAMESPACES),
                            Check.of(
                                    "namespace-default-revision",
                                    "istio-injection=enabled is heard by a default revision",
                                    Namespaces::defaultRevision,
                                    NAMESPACES,
                                    MUTATING),
                            Check.of(
                                    "namespace-pod-label",
                                    "no namespace has a label that is for pods",
                                    Namespaces::podLabel,
                                    NAMESPACES),
                            Check.of(
                                    "namespace-excluded",
                                    "no namespace of Kubernetes asks for sidecars",
                                    Namespaces::excluded,
                                    NAMESPACES)));

    private Namespaces() {}

    private static Finding there(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (String name : new TreeSet<>(mesh.scope().namespaces())) {
            if (!mesh.hasNamespace(name)) {
                flaws.add(
                        new Flaw(
                                "there is no namespace " + name,
                                "see which there are: kubectl get namespaces"));
            }
        }
        return Finding.problem(
                flaws,
                "some namespaces that were asked about are not there",
                "the namespaces that were asked about are there");
    }

    private static Finding bothLabels(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item namespace : mesh.namespaces()) {
            Map<String, String> labels = namespace.labels();
            if (labels.containsKey(Labels.INJECTION) && labels.containsKey(Labels.REVISION)) {
                flaws.add(
                        new Flaw(
                                "namespace "
                                        + namespace.name()
                                        + ": "
                                        + Labels.INJECTION
                                        + "="
                                        + labels.get(Labels.INJECTION)
                                        + " is heard, "
                                        + Labels.REVISION
                                        + "="
                                        + namespace.revision()
                                        + " is not",
                                unlabel(namespace, Labels.INJECTION)));
            }
        }
        return Finding.warning(
                flaws,
                "some namespaces have both labels, and istio-injection is heard",
                "no namespace has both labels");
    }

    private static String unlabel(Item namespace, String label) {
        return "kubectl label namespace " + namespace.name() + " " + label + "-";
    }

    private static Finding unknownRevision(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item namespace : mesh.namespaces()) {
            Map<String, String> labels = namespace.labels();
            if (!labels.containsKey(Labels.INJECTION)
                    && labels.containsKey(Labels.REVISION)
                    && !mesh.names().contains(namespace.revision())) {
                flaws.add(
                        new Flaw(
                                "namespace "
                                        + namespace.name()
                                        + " asks for '"
                                        + namespace.revision()
                                        + "'; "
                                        + mesh.namesInWords(),
                                "kubectl label namespace "
                                        + namespace.name()
                                        + " istio.io/rev=R --overwrite, or serin install"
                                        + " --revision "
                                        + namespace.revision()));
            }
        }
        return Finding.problem(
                flaws,
                "some namespaces ask for what is not there: their pods start without a sidecar",
                "all namespaces name revisions or tags that are there");
    }

    private static Finding injectionValue(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item namespace : mesh.namespaces()) {
            String value = namespace.labels().getOrDefault(Labels.INJECTION, "disabled");
            if (!value.equals("enabled") && !value.equals("disabled")) {
                flaws.add(
                        new Flaw(
                                "namespace "
                                        + namespace.name()
                                        + ", "
                                        + Labels.INJECTION
                                        + ": '"
                                        + value
                                        + "' (expected: enabled or disabled), taken as disabled",
                                "kubectl label namespace "
                                        + namespace.name()
                                        + " istio-injection=enabled --overwrite"));
            }
        }
        return Finding.warning(
                flaws,
                "some namespaces have a value that nobody hears",
                "istio-injection is enabled or disabled wherever it is");
    }

    private static Finding defaultRevision(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item namespace : mesh.namespaces()) {
            Map<String, String> labels = namespace.labels();
            if (labels.getOrDefault(Labels.INJECTION, "").equals("enabled")
                    && mesh.allHooks().stream().noneMatch(hook -> hook.matches(labels, Map.of()))) {
                flaws.add(
                        new Flaw(
                                "namespace "
                                        + namespace.name()
                                        + " is labelled istio-injection=enabled",
                                "serin tag set default --revision R, or kubectl label namespace "
                                        + namespace.name()
                                        + " istio-injection- istio.io/rev=R"));
            }
        }
        return Finding.problem(
                flaws,
                "there is no default revision, and some namespaces ask for it: their pods start"
                        + " without a sidecar",
                "whoever asks for the default revision has one");
    }

    private static Finding podLabel(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item namespace : mesh.namespaces()) {
            if (namespace.labels().containsKey(Labels.INJECT)) {
                flaws.add(
                        new Flaw(
                                "namespace "
                                        + namespace.name()
                                        + ": label "
                                        + Labels.INJECT
                                        + " is for pods, and is not heard here",
                                unlabel(namespace, Labels.INJECT) + " istio.io/rev=R"));
            }
        }
        return Finding.warning(
                flaws,
                "some namespaces have a label that is for pods",
                "no namespace has a label that is for pods");
    }

    private static Finding excluded(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item namespace : mesh.namespaces()) {
            Map<String, String> labels = namespace.labels();
            for (String label : List.of(Labels.INJECTION, Labels.REVISION)) {
                if (Objects.NEVER_INJECTED.contains(namespace.name())
                        && !labels.getOrDefault(label, "disabled").equals("disabled")) {
                    flaws.add(
                            new Flaw(
                                    "namespace "
                                            + namespace.name()
                                            + " is Kubernetes' own: nothing is injected there",
                                    unlabel(namespace, label)));
                }
            }
        }
        return Finding.warning(
                flaws,
                "some namespaces ask for sidecars that they never get, and their pods wait for"
                        + " a webhook",
                "no namespace of Kubernetes asks for sidecars");
    }
}
