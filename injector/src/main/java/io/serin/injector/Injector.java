// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Objects;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Annotations;
import io.serin.injector.decide.Decision;
import io.serin.injector.decide.Neighbours;
import io.serin.injector.decide.PodShape;
import io.serin.injector.decide.ProxyConfig;
import io.serin.injector.decide.Refusal;
import io.serin.injector.probe.ProbeRewrite;
import io.serin.injector.redirect.EffectiveTraffic;
import io.serin.injector.redirect.RedirectArguments;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /**
     * Takes a configuration, after a trial.
     *
     * @throws TemplateFault when a template can't be filled in
     */
    public Injector(InjectorConfig config) {
        this.config = config;
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        Map<String, Object> values =
                values(
                        pod,
                        Annotations.of(pod, config.mesh()),
                        Identity.of(pod, "trial"),
                        Objects.PROXY_UID,
                        false);
        config.templates()
                .byName()
                .forEach((name, template) -> {
                    try {
                        var _ = TreeTemplate.render(template, values);
                    } catch (TemplateFault wrong) {
                        throw new TemplateFault(
                                "config", "templates." + name + ", " + wrong.what());
                    }
                });
    }

    /**
     * Injects a pod, which stays as it is.
     *
     * @param namespace where it is to be made; the pod itself may not say
     * @param environment further environment of the proxy, e.g. from the webhook's URL
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
        PriorInjection prior = PriorInjection.undo(original);
        ObjectNode pod = prior.pod();
        Annotations annotations = Annotations.of(pod, config.mesh());
        boolean byAgent = isRedirected(annotations) && config.values().cni();
        if (byAgent) {
            checkInterfaces(annotations);
        }
        BroughtAlong broughtAlong = BroughtAlong.takeFrom(pod);
        Identity identity = Identity.of(pod, namespace);
        int proxyUser = broughtAlong.proxyUser();
        String network = network(pod, environment);
        Map<String, String> variables =
                variables(environment, network, annotations.proxyConfig().metadata());
        // One answer for both containers: who redirects questions, and who is to answer them.
        boolean dnsCapture = ProxyConfig.dnsCapture(broughtAlong.over(variables));
        Additions additions =
                additions(values(pod, annotations, identity, proxyUser, dnsCapture), annotations);
        List<String> warnings = new ArrayList<>(decided);
        warnings.addAll(annotations.warnings());
        warnings.addAll(Neighbours.check(pod, additions.tree(), proxyUser, dnsCapture));

        String firstContainer = pod.at("/spec/containers/0/name").asText();
        Placement placement = Placement.of(annotations, config.values());
        Optional<ObjectNode> proxy = additions.find(BroughtAlong.PROXY);
        Scrape scrape = proxy.isPresent() ? Scrape.of(pod, annotations, dnsCapture) : Scrape.NONE;
        ProbeRewrite probes = new ProbeRewrite();
        if (proxy.isPresent()) {
            rewrite(probes, pod, additions, annotations, placement);
            variables.forEach((name, value) -> setEnvironment(proxy.get(), name, value));
            scrape.original().ifPresent(was -> setEnvironment(proxy.get(), Scrape.VARIABLE, was));
            if (probes.isNeeded()) {
                setEnvironment(proxy.get(), ProbeRewrite.VARIABLE, probes.originals());
            }
            warnings.addAll(placement.warnings(pod, probes));
        }
        warnings.addAll(scrape.warnings());
        warnings.addAll(probes.warnings());
        broughtAlong.layOver(additions);
        proxy.ifPresent(container -> placement.prepare(additions, container));
        additions.keep(prior);
        additions.mountToken(pod);
        placement.add(additions, pod);
        additions.addSecrets(pod, config.values().imagePullSecrets());
        Marks.label(pod, identity, network);
        if (proxy.isPresent() && isRedirected(annotations)) {
            Marks.labelMtls(pod);
        }
        Marks.annotate(
                pod,
                config,
                additions,
                broughtAlong,
                byAgent ? EffectiveTraffic.of(annotations) : Map.of(),
                firstContainer);
        scrape.mark(pod.withObject("/metadata").withObject("/annotations"));
        return new Injection.Injected(pod, warnings);
    }

    private Additions additions(Map<String, Object> values, Annotations annotations) {
        Additions additions =
                Additions.of(
                        config.templates().of(annotations.get(Annotation.TEMPLATES)).stream()
                                .map(template -> TreeTemplate.render(template, values))
                                .toList());
        boolean redirected = isRedirected(annotations);
        if (!redirected || config.values().cni()) {
            additions.remove(BroughtAlong.INIT);
        }
        if (!redirected || !config.values().cni()) {
            additions.remove(BroughtAlong.VALIDATION);
        }
        return additions;
    }

    private static boolean isRedirected(Annotations annotations) {
        return !interceptionMode(annotations).equals("NONE");
    }

    /** The step that waits for the node's agent sees its rules by this interface alone. */
    private static void checkInterfaces(Annotations annotations) {
        String names = annotations.get(Annotation.EXCLUDE_INTERFACES).orElse("");
        if (List.of(names.split("\\s*,\\s*", -1)).contains("lo")) {
            throw Refusal.annotation(
                    Annotation.EXCLUDE_INTERFACES.key(),
                    names,
                    "interfaces without lo, by which the pod sees that its traffic is redirected");
        }
    }

    private static String interceptionMode(Annotations annotations) {
        return annotations.get(Annotation.INTERCEPTION_MODE).orElse("REDIRECT");
    }

    /** Those of the pod's containers, and of the templates' own. */
    private static void rewrite(
            ProbeRewrite probes,
            JsonNode pod,
            Additions additions,
            Annotations annotations,
            Placement placement) {
        if (annotations.get(Annotation.REWRITE_PROBES).orElse("true").equals("false")) {
            return;
        }
        for (JsonNode spec : List.of(pod.path("spec"), additions.tree())) {
            for (JsonNode container : spec.path("initContainers")) {
                // Before a sidecar that is not a native one nobody would answer for it.
                if (placement.isNative()
                        && container.path("restartPolicy").asText().equals("Always")) {
                    rewrite(probes, container);
                }
            }
            spec.path("containers").forEach(container -> rewrite(probes, container));
        }
    }

    private static void rewrite(ProbeRewrite probes, JsonNode container) {
        if (!container.path("name").asText().equals(BroughtAlong.PROXY)) {
            probes.rewrite((ObjectNode) container);
        }
    }

    /** What the template's placeholders stand for; listed in docs/injection.md. */
    private Map<String, Object> values(
            JsonNode pod,
            Annotations annotations,
            Identity identity,
            int proxyUser,
            boolean dnsCapture) {
        InjectorValues installed = config.values();
        List<String> redirection = RedirectArguments.of(annotations, proxyUser, dnsCapture);
        JsonNode grace = pod.path("spec").path("terminationGracePeriodSeconds");
        return Map.ofEntries(
                Map.entry("revision", config.revision().value()),
                Map.entry("discoveryAddress", Objects.discovery(config.revision()).toString()),
                Map.entry(
                        "image", annotations.get(Annotation.PROXY_IMAGE).orElse(installed.image())),
                Map.entry("imagePullPolicy", installed.imagePullPolicy()),
                Map.entry("resources", ProxyResources.of(annotations, installed.resources())),
                Map.entry("seccompProfile", installed.seccompProfile()),
                Map.entry("interceptionMode", interceptionMode(annotations)),
                Map.entry("redirectArguments", redirection),
                Map.entry(
                        "validationArguments",
                        RedirectArguments.waiting(redirection, config.revision())),
                Map.entry("proxyUser", proxyUser),
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

    /** What the proxy is told besides, in the order in which it is said; the later word counts. */
    private static Map<String, String> variables(
            Map<String, String> environment, String network, Map<String, String> metadata) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        if (!network.isEmpty()) {
            all.put(NETWORK, network);
        }
        all.putAll(metadata);
        return all;
    }

    private static void setEnvironment(ObjectNode container, String name, String value) {
        ArrayNode variables = container.withArray("/env");
        variables.removeIf(variable -> variable.path("name").asText().equals(name));
        variables.addObject().put("name", name).put("value", value);
    }
}
