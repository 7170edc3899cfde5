// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.injector.InjectorConfig;
import io.serin.injector.decide.Decision;
import io.serin.injector.decide.Policy;
import io.serin.injector.template.TemplateFault;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the injectors of revisions make of a pod that their webhooks match: their own decision, by
 * the configuration that they go by.
 *
 * @param byRevision of those whose configuration can be read; of others, that of one which says
 *     nothing
 */
public record InjectionPolicies(Map<String, InjectorConfig> byRevision) {

    private static final String CONFIGURATION = Objects.injector(Revision.DEFAULT);

    public InjectionPolicies {
        byRevision = Map.copyOf(byRevision);
    }

    /** Reads them. Blocks. */
    static InjectionPolicies read(ClusterReader reader) {
        return of(reader.configMaps(Objects.SYSTEM_NAMESPACE, Map.of()));
    }

    /**
     * Of those that are injectors' configurations among them.
     *
     * @param configMaps of {@value Objects#SYSTEM_NAMESPACE}
     */
    public static InjectionPolicies of(List<JsonNode> configMaps) {
        Map<String, InjectorConfig> byRevision = new TreeMap<>();
        for (JsonNode map : configMaps) {
            if (map.at("/metadata/name").asText().startsWith(CONFIGURATION)) {
                String revision = map.at("/metadata/labels").path(Labels.REVISION).asText("");
                read(revision, map.path("data"))
                        .ifPresent(config -> byRevision.put(revision, config));
            }
        }
        return new InjectionPolicies(byRevision);
    }

    /** Empty where it can't be read, or is not Serin's. */
    private static Optional<InjectorConfig> read(String revision, JsonNode data) {
        try {
            return Optional.of(
                    InjectorConfig.parse(
                            new Revision(revision),
                            data.path("config").asText(""),
                            data.path("values").asText("")));
        } catch (TemplateFault | IllegalArgumentException garbled) {
            return Optional.empty();
        }
    }

    /** What a revision's injector goes by; empty where it can't be read, or is not Serin's. */
    public Optional<InjectorConfig> configuration(String revision) {
        return Optional.ofNullable(byRevision.get(revision));
    }

    /** Whether the next start of a pod that this revision's webhooks match brings its sidecar. */
    boolean adds(String revision, KubePod pod) {
        ObjectNode tree = tree(pod.labels());
        if (!pod.inject().isEmpty()) {
            tree.withObject("/metadata/annotations").put(Labels.INJECT, pod.inject());
        }
        tree.withObject("/spec").put("hostNetwork", pod.hostNetwork());
        return decide(revision, pod.name().namespace(), tree) instanceof Decision.Inject;
    }

    /** What becomes of a pod with these labels that this revision's webhooks match. */
    Decision decide(String revision, String namespace, Map<String, String> labels) {
        return decide(revision, namespace, tree(labels));
    }

    /** What becomes of a pod that this revision's webhooks match. */
    public Decision decide(String revision, String namespace, JsonNode pod) {
        return configuration(revision)
                .map(InjectorConfig::policy)
                .orElseGet(() -> new Policy(revision, List.of(), List.of(), Policy.Default.INJECT))
                .decide(pod, namespace);
    }

    private static ObjectNode tree(Map<String, String> labels) {
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        labels.forEach(pod.withObject("/metadata/labels")::put);
        return pod;
    }
}
