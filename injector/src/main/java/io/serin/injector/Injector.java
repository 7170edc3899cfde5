// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Annotations;
import io.serin.injector.decide.Decision;
import io.serin.injector.decide.Neighbours;
import io.serin.injector.decide.PodShape;
import io.serin.injector.decide.Refusal;
import io.serin.injector.redirect.RedirectArguments;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the sidecar into a pod: decides, takes out what an earlier run added, fills in the template,
 * lays over it what the pod brought along, marks what it did. Running it again changes nothing;
 * another revision's run gives what it would have given from the start. Pure; any thread.
 */
public final class Injector {

    static final String NETWORK_LABEL = "topology.istio.io/network";

    private static final String NETWORK = "ISTIO_META_NETWORK";
    private static final int GRACE_SECONDS = 30;

    private final InjectorConfig config;

    public Injector(InjectorConfig config) {
        this.config = config;
    }

    /**
     * Injects a pod, which stays as it is.
     *
     * @param namespace where it is to be made; the pod itself may not say
     * @param environment further environment of the proxy, e.g. from the webhook's URL
     * @throws io.serin.injector.template.TemplateFault when the template can't be filled in
     */
    public Injection inject(JsonNode pod, String namespace, Map<String, String> environment) {
        try {
            PodShape.check(pod);
            return switch (config.policy().decide(pod, namespace)) {
                case Decision.Skip(String reason, List<String> warnings) ->
                        new Injection.Skipped(reason, warnings);
                case Decision.Inject(List<String> warnings) ->
                        injected(pod, namespace, environment, warnings);
            };
        } catch (Refusal refusal) {
            return new Injection.Refused(refusal);
        }
    }

    private Injection injected(
            JsonNode original,
            String namespace,
            Map<String, String> environment,
            List<String> decided) {
        Annotations annotations = Annotations.of(original);
        PriorInjection prior = PriorInjection.undo(original);
        ObjectNode pod = prior.pod();
        BroughtAlong broughtAlong = BroughtAlong.takeFrom(pod);
        Identity identity = Identity.of(pod, namespace);
        int proxyUser = broughtAlong.proxyUser();
        JsonNode additions =
                TreeTemplate.render(
                        config.template(), values(pod, annotations, identity, proxyUser));
        List<String> warnings = new ArrayList<>(decided);
        warnings.addAll(annotations.warnings());
        warnings.addAll(Neighbours.check(pod, additions, proxyUser));

        String network = network(pod, environment);
        addEnvironment(additions, environment, network, annotations.proxyConfig().metadata());
        broughtAlong.layOver(additions.path("initContainers"));
        prepend(pod, "initContainers", additions, prior);
        prepend(pod, "volumes", additions, prior);
        Marks.label(pod, identity, network);
        Marks.annotate(pod, config.revision(), additions, broughtAlong, annotations);
        return new Injection.Injected(pod, warnings);
    }

    /** What the template's placeholders stand for; listed in docs/injection.md. */
    private Map<String, Object> values(
            JsonNode pod, Annotations annotations, Identity identity, int proxyUser) {
        JsonNode grace = pod.path("spec").path("terminationGracePeriodSeconds");
        return Map.ofEntries(
                Map.entry("revision", config.revision().value()),
                Map.entry(
                        "discoveryAddress",
                        Objects.discoveryHost(config.revision()) + ":" + Ports.XDS_PLAINTEXT),
                Map.entry("image", annotations.get(Annotation.PROXY_IMAGE).orElse(config.image())),
                Map.entry("imagePullPolicy", config.imagePullPolicy()),
                Map.entry("resources", ProxyResources.of(annotations, config.resources())),
                Map.entry("redirectArguments", RedirectArguments.of(annotations, proxyUser)),
                Map.entry("workloadName", identity.workload()),
                Map.entry("owner", identity.owner()),
                Map.entry("podPorts", ServedPorts.of(pod).toString()),
                Map.entry("appContainers", appContainers(pod)),
                Map.entry("gracePeriodSeconds", Long.toString(grace.asLong(GRACE_SECONDS))),
                Map.entry(
                        "readinessInitialDelay",
                        number(annotations, Annotation.READINESS_INITIAL_DELAY, 0)),
                Map.entry("readinessPeriod", number(annotations, Annotation.READINESS_PERIOD, 15)),
                Map.entry(
                        "readinessFailures",
                        number(annotations, Annotation.READINESS_FAILURES, 4)));
    }

    private static int number(Annotations annotations, Annotation annotation, int otherwise) {
        return annotations.get(annotation).map(Integer::parseInt).orElse(otherwise);
    }

    private static String appContainers(JsonNode pod) {
        List<String> names = new ArrayList<>();
        pod.path("spec").path("containers").forEach(c -> names.add(c.path("name").asText()));
        return String.join(",", names);
    }

    /** The pod's word beats the webhook's address; empty when neither says. */
    private static String network(JsonNode pod, Map<String, String> environment) {
        String label = pod.path("metadata").path("labels").path(NETWORK_LABEL).asText("");
        return label.isEmpty() ? environment.getOrDefault(NETWORK, "") : label;
    }

    private static void addEnvironment(
            JsonNode additions,
            Map<String, String> environment,
            String network,
            Map<String, String> metadata) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        if (!network.isEmpty()) {
            all.put(NETWORK, network);
        }
        all.putAll(metadata);
        for (JsonNode container : additions.path("initContainers")) {
            if (container.path("name").asText().equals(BroughtAlong.PROXY)) {
                all.forEach((name, value) -> setEnvironment((ObjectNode) container, name, value));
            }
        }
    }

    private static void setEnvironment(ObjectNode container, String name, String value) {
        ArrayNode variables = container.withArray("/env");
        variables.removeIf(variable -> variable.path("name").asText().equals(name));
        variables.addObject().put("name", name).put("value", value);
    }

    private static void prepend(
            ObjectNode pod, String list, JsonNode additions, PriorInjection prior) {
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        additions.path(list).forEach(part -> merged.add(prior.keepIfGood(list, part)));
        pod.path("spec").path(list).forEach(merged::add);
        pod.withObject("/spec").set(list, merged);
    }
}
