// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.injector.decide.Annotations;
import io.serin.injector.decide.Decision;
import io.serin.injector.decide.Refusal;
import io.serin.injector.redirect.RedirectArguments;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the sidecar into a pod: decides, takes out what an earlier run added, fills in the template,
 * marks what it did. Running it again changes nothing; another revision's run gives what it would
 * have given from the start. Pure; any thread.
 */
public final class Injector {

    private static final int DEFAULT_GRACE_SECONDS = 30;

    private final InjectorConfig config;

    public Injector(InjectorConfig config) {
        this.config = config;
    }

    /**
     * Injects a pod, which stays as it is.
     *
     * @param environment further environment of the proxy, e.g. from the webhook's URL
     * @throws Refusal when the pod asks for what can't be done
     * @throws io.serin.injector.template.TemplateFault when the template can't be filled in
     */
    public Injection inject(JsonNode pod, String namespace, Map<String, String> environment) {
        return switch (config.policy().decide(pod, namespace)) {
            case Decision.Skip(String reason, List<String> warnings) ->
                    new Injection.Skipped(reason, warnings);
            case Decision.Inject(List<String> warnings) ->
                    new Injection.Injected(injected(pod, environment), warnings);
        };
    }

    private JsonNode injected(JsonNode original, Map<String, String> environment) {
        ObjectNode pod = original.deepCopy();
        PriorInjection.remove(pod);
        Annotations annotations = Annotations.of(pod);
        checkContainers(pod);
        Identity identity = Identity.of(pod);
        JsonNode parts = TreeTemplate.render(config.template(), values(pod, annotations, identity));
        ObjectNode spec = pod.withObject("/spec");
        List<String> initContainers = prepend(spec, "initContainers", parts);
        List<String> volumes = prepend(spec, "volumes", parts);
        addEnvironment(spec, environment);
        label(pod, identity);
        annotate(pod, initContainers, volumes);
        return pod;
    }

    private Map<String, Object> values(JsonNode pod, Annotations annotations, Identity identity) {
        Map<String, Object> values = new HashMap<>();
        values.put("revision", config.revision().value());
        values.put(
                "discoveryAddress",
                Objects.discoveryHost(config.revision()) + ":" + Ports.XDS_PLAINTEXT);
        values.put("image", annotations.get(Annotations.PROXY_IMAGE).orElse(config.image()));
        values.put("imagePullPolicy", config.imagePullPolicy());
        values.put("resources", ProxyResources.of(annotations, config.resources()));
        values.put("redirectArguments", RedirectArguments.of(annotations));
        values.put("workloadName", identity.workload());
        values.put("owner", identity.owner());
        values.put("podPorts", podPorts(pod).toString());
        values.put("appContainers", String.join(",", appContainers(pod)));
        values.put(
                "gracePeriodSeconds",
                Integer.toString(
                        pod.at("/spec/terminationGracePeriodSeconds")
                                .asInt(DEFAULT_GRACE_SECONDS)));
        return values;
    }

    private static List<String> appContainers(JsonNode pod) {
        List<String> names = new ArrayList<>();
        pod.at("/spec/containers").forEach(c -> names.add(c.path("name").asText()));
        return names;
    }

    private static ArrayNode podPorts(JsonNode pod) {
        ArrayNode ports = JsonNodeFactory.instance.arrayNode();
        for (JsonNode container : pod.at("/spec/containers")) {
            for (JsonNode port : container.path("ports")) {
                if (!port.path("protocol").asText("TCP").equals("UDP")) {
                    ports.add(port);
                }
            }
        }
        return ports;
    }

    /** Names that are ours, and users whose traffic would bypass the proxy. */
    private static void checkContainers(JsonNode pod) {
        for (String list : List.of("initContainers", "containers")) {
            JsonNode containers = pod.path("spec").path(list);
            for (int i = 0; i < containers.size(); i++) {
                String name = containers.get(i).path("name").asText();
                String where = "spec." + list + "[" + i + "]";
                if (name.equals("istio-proxy") || name.equals("istio-init")) {
                    throw new Refusal(
                            where + ".name",
                            name,
                            "another name: overlays of the injected containers are not supported");
                }
                checkUser(where, containers.get(i).path("securityContext").path("runAsUser"));
            }
        }
        checkUser("spec", pod.at("/spec/securityContext/runAsUser"));
    }

    private static void checkUser(String where, JsonNode user) {
        if (user.asInt(-1) == Objects.PROXY_UID) {
            throw new Refusal(
                    where + ".securityContext.runAsUser",
                    user.asText(),
                    "any other user: the traffic of user "
                            + Objects.PROXY_UID
                            + " is the proxy's own and bypasses it");
        }
    }

    private static List<String> prepend(ObjectNode spec, String list, JsonNode parts) {
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        List<String> names = new ArrayList<>();
        for (JsonNode part : parts.path(list)) {
            merged.add(part);
            names.add(part.path("name").asText());
        }
        spec.path(list).forEach(merged::add);
        spec.set(list, merged);
        return names;
    }

    private static void addEnvironment(ObjectNode spec, Map<String, String> environment) {
        for (JsonNode container : spec.path("initContainers")) {
            if (container.path("name").asText().equals("istio-proxy")) {
                environment.forEach((name, value) -> setEnvironment(container, name, value));
            }
        }
    }

    private static void setEnvironment(JsonNode container, String name, String value) {
        for (JsonNode variable : container.path("env")) {
            if (variable.path("name").asText().equals(name)) {
                ((ObjectNode) variable).put("value", value);
                return;
            }
        }
        ((ObjectNode) container)
                .withArray("/env")
                .addObject()
                .put("name", name)
                .put("value", value);
    }

    private static void label(ObjectNode pod, Identity identity) {
        ObjectNode labels = pod.withObject("/metadata").withObject("/labels");
        putIfAbsent(labels, Labels.CANONICAL_NAME, identity.canonicalName());
        putIfAbsent(labels, Labels.CANONICAL_REVISION, identity.canonicalRevision());
    }

    private void annotate(ObjectNode pod, List<String> initContainers, List<String> volumes) {
        ObjectNode annotations = pod.withObject("/metadata").withObject("/annotations");
        annotations.put(Labels.REVISION, config.revision().value());
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        initContainers.forEach(status.putArray("initContainers")::add);
        status.putArray("containers");
        volumes.forEach(status.putArray("volumes")::add);
        status.putArray("imagePullSecrets");
        status.put("revision", config.revision().value());
        annotations.put(Labels.STATUS, status.toString());
        String first = pod.at("/spec/containers/0/name").asText();
        putIfAbsent(annotations, "kubectl.kubernetes.io/default-container", first);
        putIfAbsent(annotations, "kubectl.kubernetes.io/default-logs-container", first);
        // Whoever has scrape settings of their own keeps them, all of them.
        if (!annotations.has("prometheus.io/scrape")) {
            annotations.put("prometheus.io/scrape", "true");
            annotations.put("prometheus.io/port", Integer.toString(Ports.AGENT));
            annotations.put("prometheus.io/path", "/stats/prometheus");
        }
    }

    private static void putIfAbsent(ObjectNode map, String key, String value) {
        if (!map.has(key)) {
            map.put(key, value);
        }
    }
}
