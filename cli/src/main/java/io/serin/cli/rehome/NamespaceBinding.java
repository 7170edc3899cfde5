// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.rehome;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.cli.client.CliFault;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.ObjectName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What binds a namespace's proxies to revisions.
 *
 * @param revision label {@code istio.io/rev}: who injects
 * @param injection label {@code istio-injection}, which is heard before
 * @param live annotation {@code serin.io/live-revision}: where running proxies are to be
 * @param before annotation {@code serin.io/live-before}: how it was before they were moved
 */
record NamespaceBinding(
        Optional<String> revision,
        Optional<String> injection,
        Optional<String> live,
        Optional<Before> before) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FROM = "from";
    private static final String TO = "to";

    /**
     * How a namespace was.
     *
     * @param from the one revision whose control plane all its proxies were at; empty where there
     *     were none or several
     * @param to the revision that they were moved to
     */
    record Before(
            Optional<String> revision,
            Optional<String> injection,
            Optional<String> live,
            Optional<String> from,
            String to) {

        String json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            revision.ifPresent(value -> json.put(Labels.REVISION, value));
            injection.ifPresent(value -> json.put(Labels.INJECTION, value));
            live.ifPresent(value -> json.put(Labels.LIVE_REVISION, value));
            from.ifPresent(value -> json.put(FROM, value));
            json.put(TO, to);
            return json.toString();
        }

        Map<String, Optional<String>> labels() {
            Map<String, Optional<String>> labels = new LinkedHashMap<>();
            labels.put(Labels.REVISION, revision);
            labels.put(Labels.INJECTION, injection);
            return labels;
        }
    }

    static NamespaceBinding read(ClusterReader reader, String namespace) {
        JsonNode metadata =
                reader.object("v1", "Namespace", new ObjectName("", namespace))
                        .orElseThrow(() ->
                                CliFault.failed(
                                        "there is no namespace " + namespace,
                                        "see which there are: kubectl get namespaces"))
                        .path("metadata");
        if (metadata.hasNonNull("deletionTimestamp")) {
            throw CliFault.failed(
                    "namespace " + namespace + " is being deleted",
                    "leave it out; where it does not go, this says what it waits for: kubectl"
                            + " describe namespace "
                            + namespace);
        }
        JsonNode labels = metadata.path("labels");
        JsonNode annotations = metadata.path("annotations");
        return new NamespaceBinding(
                text(labels, Labels.REVISION),
                text(labels, Labels.INJECTION),
                text(annotations, Labels.LIVE_REVISION),
                text(annotations, Labels.LIVE_BEFORE).map(json -> before(namespace, json)));
    }

    private static Before before(String namespace, String json) {
        try {
            JsonNode before = JSON.readTree(json);
            return new Before(
                    text(before, Labels.REVISION),
                    text(before, Labels.INJECTION),
                    text(before, Labels.LIVE_REVISION),
                    text(before, FROM),
                    before.path(TO).asText());
        } catch (JsonProcessingException broken) {
            throw CliFault.failed(
                    "namespace "
                            + namespace
                            + ", annotation "
                            + Labels.LIVE_BEFORE
                            + ": '"
                            + json
                            + "' (expected: JSON, as serin upgrade --live wrote it)",
                    "take it away, and bind the namespace by hand: kubectl annotate namespace "
                            + namespace
                            + " "
                            + Labels.LIVE_BEFORE
                            + "-");
        }
    }

    private static Optional<String> text(JsonNode object, String key) {
        return object.has(key) ? Optional.of(object.path(key).asText()) : Optional.empty();
    }

    /** As it is, to be kept while its proxies move. */
    Before keep(Optional<String> from, String to) {
        return new Before(revision, injection, live, from, to);
    }
}
