// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import java.util.Map;

/**
 * The objects that make a tag, pointed to a revision: to be applied. Who is asked, and by which
 * authority it is known, comes from the revision's own webhooks, and all of it is one object: so it
 * changes in one step, and at no time is a control plane called that the API server can't trust.
 * Pure.
 */
public final class TagObjects {

    /** Annotation: where the tag pointed to before; absent for nowhere. */
    public static final String PREVIOUS = "serin.io/previous-revision";

    private static final ObjectMapper JSON = new ObjectMapper();

    private TagObjects() {}

    /**
     * The webhooks of a tag: with the selectors of a revision of that name; those of {@code
     * default} are more.
     *
     * @param injector the MutatingWebhookConfiguration of the target, or any that calls it
     * @param previous empty for none
     * @param everywhere whether, of the tag {@code default}, pods that no label speaks of are
     *     injected too
     */
    public static ObjectNode webhooks(
            Tag tag, Revision target, JsonNode injector, String previous, boolean everywhere) {
        JsonNode called = injector.path("webhooks").path(0);
        ObjectNode configuration = JsonNodeFactory.instance.objectNode();
        configuration
                .put("apiVersion", "admissionregistration.k8s.io/v1")
                .put("kind", "MutatingWebhookConfiguration");
        ObjectNode metadata = configuration.putObject("metadata");
        metadata.put("name", Objects.tag(tag));
        metadata.set("labels", labels(tag, target).put(Labels.APP, Labels.APP_INJECTOR));
        if (!previous.isEmpty()) {
            metadata.putObject("annotations").put(PREVIOUS, previous);
        }
        var webhooks = configuration.putArray("webhooks");
        for (Map<String, Object> entry : Webhooks.of(tag.value(), target, everywhere)) {
            ObjectNode webhook = JSON.valueToTree(entry);
            webhook.set("clientConfig", called.path("clientConfig").deepCopy());
            webhook.put("reinvocationPolicy", called.path("reinvocationPolicy").asText("Never"));
            webhooks.add(webhook);
        }
        return configuration;
    }

    /**
     * A discovery address that stays when the tag moves.
     *
     * @param called the Service of the target, whose pods and ports it is to have
     */
    public static ObjectNode service(Tag tag, Revision target, JsonNode called) {
        ObjectNode service = JsonNodeFactory.instance.objectNode();
        service.put("apiVersion", "v1").put("kind", "Service");
        ObjectNode metadata = service.putObject("metadata");
        metadata.put("name", Objects.tagService(tag))
                .put("namespace", called.path("metadata").path("namespace").asText());
        metadata.set("labels", labels(tag, target).put(Labels.APP, Labels.APP_CONTROL_PLANE));
        ObjectNode spec = service.putObject("spec");
        spec.set("selector", called.path("spec").path("selector").deepCopy());
        var ports = spec.putArray("ports");
        for (JsonNode port : called.path("spec").path("ports")) {
            ObjectNode copy = port.deepCopy();
            copy.remove("nodePort");
            ports.add(copy);
        }
        return service;
    }

    /** Of every object of a tag. */
    public static ObjectNode labels(Tag tag, Revision target) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(Labels.TAG, tag.value())
                .put(Labels.REVISION, target.value())
                .put(Labels.MANAGED_BY, Labels.SERIN)
                .put(Labels.PART_OF, Labels.SERIN);
    }
}
