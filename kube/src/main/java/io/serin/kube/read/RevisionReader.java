// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeRevision.Release;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads which revisions there are, and what they know. Blocks. */
public final class RevisionReader {

    /** Annotation of a Deployment that Kubernetes writes. */
    private static final String TEMPLATE = "deployment.kubernetes.io/revision";

    private final KubernetesClient client;
    private final ClusterReader reader;

    public RevisionReader(Kube kube) {
        this.client = kube.client();
        this.reader = new ClusterReader(kube);
    }

    /** All that have a webhook, by name. */
    public List<KubeRevision> revisions() {
        Map<String, Optional<MutatingWebhookConfiguration>> injectors = new TreeMap<>();
        Map<String, List<String>> tags = new TreeMap<>();
        Set<String> everywhere = new HashSet<>();
        for (MutatingWebhookConfiguration webhook :
                client.admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .withLabel(Labels.APP, Labels.APP_INJECTOR)
                        .list()
                        .getItems()) {
            Map<String, String> labels = webhook.getMetadata().getLabels();
            String revision = labels.getOrDefault(Labels.REVISION, "default");
            if (webhook.getWebhooks().stream().anyMatch(RevisionReader::isEverywhere)) {
                everywhere.add(revision);
            }
            if (labels.containsKey(Labels.TAG)) {
                tags.computeIfAbsent(revision, _ -> new ArrayList<>()).add(labels.get(Labels.TAG));
            } else {
                injectors.put(revision, Optional.of(webhook));
            }
        }
        tags.keySet().forEach(named -> injectors.putIfAbsent(named, Optional.empty()));
        Map<String, Deployment> controlPlanes = new TreeMap<>();
        for (Deployment deployment :
                client.apps()
                        .deployments()
                        .inNamespace(Objects.SYSTEM_NAMESPACE)
                        .list()
                        .getItems()) {
            Map<String, String> labels =
                    deployment.getSpec().getTemplate().getMetadata().getLabels();
            if (Labels.APP_CONTROL_PLANE.equals(labels.get(Labels.APP))) {
                controlPlanes.put(labels.getOrDefault(Labels.REVISION, "default"), deployment);
            }
        }
        List<KubeRevision> revisions = new ArrayList<>();
        injectors.forEach((revision, injector) -> {
            Optional<Deployment> controlPlane = Optional.ofNullable(controlPlanes.get(revision));
            revisions.add(
                    new KubeRevision(
                            revision,
                            unready(injector, controlPlane),
                            tags.getOrDefault(revision, List.of()),
                            everywhere.contains(revision),
                            controlPlane
                                    .map(deployment -> deployment.getMetadata().getAnnotations())
                                    .orElse(Map.of()),
                            controlPlane.map(RevisionReader::release).orElse(Release.NONE)));
        });
        return revisions;
    }

    /** One that is put to sleep takes nobody in. */
    private static boolean isEverywhere(MutatingWebhook webhook) {
        LabelSelector selector = webhook.getObjectSelector();
        return webhook.getName().startsWith(Objects.EVERYWHERE)
                && (selector == null
                        || selector.getMatchLabels() == null
                        || !selector.getMatchLabels().containsKey(Labels.DEACTIVATED));
    }

    private static Release release(Deployment deployment) {
        var metadata = deployment.getMetadata();
        return new Release(
                metadata.getLabels().getOrDefault(Labels.CHANNEL, ""),
                metadata.getLabels().getOrDefault(Labels.VERSION, ""),
                String.valueOf(metadata.getCreationTimestamp()),
                metadata.getAnnotations().getOrDefault(TEMPLATE, ""));
    }

    private static String unready(
            Optional<MutatingWebhookConfiguration> injector, Optional<Deployment> controlPlane) {
        if (injector.isEmpty()) {
            return "it has no MutatingWebhookConfiguration";
        }
        if (controlPlane.isEmpty()) {
            return "it has no Deployment in " + Objects.SYSTEM_NAMESPACE;
        }
        var status = controlPlane.get().getStatus();
        if (status == null || status.getReadyReplicas() == null || status.getReadyReplicas() < 1) {
            return "Deployment "
                    + controlPlane.get().getMetadata().getName()
                    + " has no pod that is ready";
        }
        for (MutatingWebhook webhook : injector.get().getWebhooks()) {
            String bundle = webhook.getClientConfig().getCaBundle();
            if (bundle == null || bundle.isEmpty()) {
                return "webhook " + injector.get().getMetadata().getName() + " has no caBundle yet";
            }
        }
        return "";
    }

    /** The pods of a revision's control plane that run. */
    public List<KubeRevision.Replica> replicas(String revision) {
        return reader
                .pods(
                        Objects.SYSTEM_NAMESPACE,
                        Map.of(Labels.APP, Labels.APP_CONTROL_PLANE, Labels.REVISION, revision))
                .stream()
                .map(pod ->
                        new KubeRevision.Replica(
                                pod.name(), Labels.SERIN.equals(pod.labels().get(Labels.PART_OF))))
                .toList();
    }

    /** What a control plane says of its proxies; empty when it does not answer. */
    public Optional<JsonNode> proxies(ObjectName replica) {
        return reader.page(replica, Ports.CONTROL_DEBUG, "/debug/syncz");
    }

    /** A sidecar's metrics in Prometheus' text format; empty when it does not answer. */
    public Optional<String> metrics(ObjectName pod) {
        return reader.text(pod, Ports.AGENT, "/stats/prometheus");
    }
}
