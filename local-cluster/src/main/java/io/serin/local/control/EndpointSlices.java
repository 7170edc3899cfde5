// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import io.serin.local.api.Slices;
import io.serin.local.resource.LabelSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The endpoints of each Service with a selector, in slices of at most a hundred: one list of slices
 * for each set of ports, since a named target port may be another number in another pod.
 */
final class EndpointSlices implements Reconciler {

    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String OURS = "endpointslice-controller.k8s.io";

    private static final String HEADLESS = "service.kubernetes.io/headless";
    private static final int MOST = 100;

    private final ClusterApi api;

    EndpointSlices(ClusterApi api) {
        this.api = api;
    }

    @Override
    public Optional<Duration> reconcile(Key key) {
        List<ObjectNode> held =
                api.list(
                        Resources.ENDPOINT_SLICES,
                        key.namespace(),
                        slice ->
                                Meta.label(slice, Slices.SERVICE_NAME).equals(key.name())
                                        && Meta.label(slice, MANAGED_BY).equals(OURS)
                                        && !Meta.isTerminating(slice));
        Optional<ObjectNode> service = api.get(Resources.SERVICES, key.namespace(), key.name());
        if (service.isEmpty()) {
            held.forEach(this::delete);
            return Optional.empty();
        }
        JsonNode selector = service.get().path("spec").path("selector");
        boolean elsewhere = service.get().path("spec").path("type").asText().equals("ExternalName");
        if (selector.isEmpty() || elsewhere || Meta.isTerminating(service.get())) {
            // Whoever made a Service without a selector writes its slices.
            return Optional.empty();
        }
        write(service.get(), wanted(service.get(), LabelSelector.ofLabels(selector)), held);
        return Optional.empty();
    }

    /** One slice's contents. */
    private record Content(ArrayNode ports, ArrayNode endpoints) {}

    private List<Content> wanted(ObjectNode service, LabelSelector selector) {
        Map<ArrayNode, List<ObjectNode>> byPorts = new LinkedHashMap<>();
        List<ObjectNode> pods =
                api
                        .list(
                                Resources.PODS,
                                Meta.namespace(service),
                                pod -> selector.matches(pod.path("metadata").path("labels")))
                        .stream()
                        .filter(pod -> !Pods.isOver(pod))
                        .filter(pod -> pod.path("status").path("podIP").isTextual())
                        .sorted(Comparator.comparing(Meta::name))
                        .toList();
        for (ObjectNode pod : pods) {
            byPorts.computeIfAbsent(ports(service, pod), _ -> new ArrayList<>())
                    .add(endpoint(service, pod));
        }
        List<Content> wanted = new ArrayList<>();
        byPorts.forEach((ports, endpoints) -> {
            for (int from = 0; from < endpoints.size(); from += MOST) {
                ArrayNode some = service.arrayNode();
                endpoints.subList(from, Math.min(endpoints.size(), from + MOST)).forEach(some::add);
                wanted.add(new Content(ports, some));
            }
        });
        if (wanted.isEmpty()) {
            wanted.add(new Content(service.arrayNode(), service.arrayNode()));
        }
        return wanted;
    }

    private static ArrayNode ports(ObjectNode service, ObjectNode pod) {
        ArrayNode ports = service.arrayNode();
        for (JsonNode port : service.path("spec").path("ports")) {
            String protocol = port.path("protocol").asText("TCP");
            int number = number(port, protocol, pod);
            if (number <= 0) {
                continue;
            }
            ObjectNode entry = ports.addObject();
            entry.put("name", port.path("name").asText());
            entry.put("port", number);
            entry.put("protocol", protocol);
            if (port.path("appProtocol").isTextual()) {
                entry.set("appProtocol", port.path("appProtocol"));
            }
        }
        return ports;
    }

    /** The port's number in a pod; 0 when the pod has none of that name. */
    private static int number(JsonNode port, String protocol, JsonNode pod) {
        JsonNode target = port.path("targetPort");
        if (target.isInt() && target.asInt() > 0) {
            return target.asInt();
        }
        if (!target.isTextual()) {
            return port.path("port").asInt();
        }
        List<JsonNode> containers = new ArrayList<>();
        pod.path("spec").path("containers").forEach(containers::add);
        for (JsonNode init : pod.path("spec").path("initContainers")) {
            if (init.path("restartPolicy").asText().equals("Always")) {
                containers.add(init);
            }
        }
        for (JsonNode container : containers) {
            for (JsonNode declared : container.path("ports")) {
                if (declared.path("name").asText().equals(target.asText())
                        && declared.path("protocol").asText("TCP").equals(protocol)) {
                    return declared.path("containerPort").asInt();
                }
            }
        }
        return 0;
    }

    private static ObjectNode endpoint(ObjectNode service, ObjectNode pod) {
        boolean serving = Pods.isReady(pod);
        boolean terminating = Meta.isTerminating(pod);
        boolean always = service.path("spec").path("publishNotReadyAddresses").asBoolean();
        ObjectNode endpoint = service.objectNode();
        endpoint.putArray("addresses").add(pod.path("status").path("podIP").asText());
        ObjectNode conditions = endpoint.putObject("conditions");
        conditions.put("ready", always || (serving && !terminating));
        conditions.put("serving", serving);
        conditions.put("terminating", terminating);
        String hostname = pod.path("spec").path("hostname").asText();
        if (!hostname.isEmpty()
                && pod.path("spec").path("subdomain").asText().equals(Meta.name(service))) {
            endpoint.put("hostname", hostname);
        }
        if (pod.path("spec").path("nodeName").isTextual()) {
            endpoint.set("nodeName", pod.path("spec").path("nodeName"));
        }
        ObjectNode target = endpoint.putObject("targetRef");
        target.put("kind", "Pod");
        target.put("namespace", Meta.namespace(pod));
        target.put("name", Meta.name(pod));
        target.put("uid", Meta.uid(pod));
        return endpoint;
    }

    /** Slices keep their names while their ports stay the same. */
    private void write(ObjectNode service, List<Content> wanted, List<ObjectNode> held) {
        List<ObjectNode> left = new ArrayList<>(held);
        List<Content> homeless = new ArrayList<>();
        for (Content content : wanted) {
            Optional<ObjectNode> slice =
                    left.stream()
                            .filter(s -> s.withArray("ports").equals(content.ports()))
                            .findFirst();
            if (slice.isPresent()) {
                left.remove(slice.get());
                update(service, slice.get(), content);
            } else {
                homeless.add(content);
            }
        }
        for (Content content : homeless) {
            if (left.isEmpty()) {
                create(service, content);
            } else {
                update(service, left.removeFirst(), content);
            }
        }
        left.forEach(this::delete);
    }

    private void create(ObjectNode service, Content content) {
        ObjectNode slice = service.objectNode();
        slice.put("apiVersion", Resources.ENDPOINT_SLICES.apiVersion());
        slice.put("kind", Resources.ENDPOINT_SLICES.kind());
        ObjectNode metadata = slice.putObject("metadata");
        metadata.put("generateName", Meta.name(service) + "-");
        metadata.put("namespace", Meta.namespace(service));
        metadata.set("labels", labels(service));
        Meta.setController(slice, Resources.SERVICES, service);
        slice.put("addressType", "IPv4");
        slice.set("endpoints", content.endpoints());
        slice.set("ports", content.ports());
        api.create(Resources.ENDPOINT_SLICES, slice);
    }

    private void update(ObjectNode service, ObjectNode slice, Content content) {
        ObjectNode changed = slice.deepCopy();
        changed.withObject("/metadata").set("labels", labels(service));
        changed.set("endpoints", content.endpoints());
        changed.set("ports", content.ports());
        if (!changed.equals(slice)) {
            api.update(Resources.ENDPOINT_SLICES, changed);
        }
    }

    private static ObjectNode labels(ObjectNode service) {
        ObjectNode labels = service.objectNode();
        Meta.labels(service).forEach(labels::put);
        labels.put(Slices.SERVICE_NAME, Meta.name(service));
        labels.put(MANAGED_BY, OURS);
        if (service.path("spec").path("clusterIP").asText().equals("None")) {
            labels.put(HEADLESS, "");
        } else {
            labels.remove(HEADLESS);
        }
        return labels;
    }

    private void delete(ObjectNode slice) {
        try {
            api.delete(
                    Resources.ENDPOINT_SLICES,
                    Meta.namespace(slice),
                    Meta.name(slice),
                    DeleteOptions.BACKGROUND);
        } catch (ApiFault gone) {
            if (gone.code() != 404) {
                throw gone;
            }
        }
    }
}
