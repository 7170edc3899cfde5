// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.injector.decide.ProxyConfig;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod that has not ended. */
record MeshPod(Item item) {

    private static final String SIDECAR = "istio-proxy";

    String place() {
        return item.place();
    }

    String namespace() {
        return item.namespace();
    }

    Map<String, String> labels() {
        return item.labels();
    }

    boolean hostNetwork() {
        return item.spec().path("hostNetwork").asBoolean(false);
    }

    boolean isRunning() {
        return item.status().path("phase").asText().equals("Running") && !item.isEnding();
    }

    boolean isReady() {
        for (JsonNode condition : item.status().path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** The sidecar, as the pod's spec has it; empty for none. */
    Optional<JsonNode> sidecar() {
        return containers().stream()
                .filter(container -> container.path("name").asText().equals(SIDECAR))
                .findFirst();
    }

    /** Whether its applications' questions for names go to the sidecar. */
    boolean asksItsSidecarForNames() {
        return sidecar().stream()
                .flatMap(sidecar -> sidecar.path("env").valueStream())
                .anyMatch(variable ->
                        variable.path("name").asText().equals(ProxyConfig.DNS_CAPTURE)
                                && variable.path("value").asText().equals("true"));
    }

    /** Its containers but for the sidecar, and but for those that end before it is up. */
    List<JsonNode> applications() {
        List<JsonNode> containers = new ArrayList<>();
        item.spec().path("containers").forEach(containers::add);
        containers.removeIf(container -> container.path("name").asText().equals(SIDECAR));
        return containers;
    }

    private List<JsonNode> containers() {
        List<JsonNode> containers = new ArrayList<>();
        item.spec().path("initContainers").forEach(containers::add);
        item.spec().path("containers").forEach(containers::add);
        return containers;
    }

    /** How the containers are, those of the start first. */
    List<JsonNode> containerStates() {
        List<JsonNode> states = new ArrayList<>();
        item.status().path("initContainerStatuses").forEach(states::add);
        item.status().path("containerStatuses").forEach(states::add);
        return states;
    }

    Optional<JsonNode> sidecarState() {
        return containerStates().stream()
                .filter(state -> state.path("name").asText().equals(SIDECAR))
                .findFirst();
    }

    /** By whom it was injected; empty for nobody. */
    String revision() {
        String annotation = item.annotations().getOrDefault(Labels.REVISION, "");
        return annotation.isEmpty() ? statusRevision() : annotation;
    }

    /** Older injectors say it only there. */
    private String statusRevision() {
        String status = item.annotations().getOrDefault(Labels.STATUS, "");
        if (status.isEmpty()) {
            return "";
        }
        try {
            List<JsonNode> documents = TreeTemplate.parseYaml(status);
            return documents.isEmpty() ? "" : documents.getFirst().path("revision").asText("");
        } catch (TemplateFault garbled) {
            return "";
        }
    }

    /** Who makes it anew, as the reference of its owner; empty for nobody. */
    Optional<JsonNode> controller() {
        return item.json()
                .at("/metadata/ownerReferences")
                .valueStream()
                .filter(owner -> owner.path("controller").asBoolean(false))
                .findFirst();
    }

    /** Mirrors of a node's own files can't be restarted or labelled from here. */
    boolean isStatic() {
        return item.annotations().containsKey("kubernetes.io/config.mirror");
    }

    /** What a person does about a pod that has to be made anew. */
    String remake() {
        return controller().isPresent()
                ? "kubectl delete pod -n "
                        + namespace()
                        + " "
                        + item.name()
                        + "   (or kubectl rollout restart of its workload)"
                : "nobody would make it again: delete it and apply its manifest anew";
    }
}
