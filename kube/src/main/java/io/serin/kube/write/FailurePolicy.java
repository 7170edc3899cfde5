// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.kube.Kube;
import java.util.List;
import java.util.Map;

/**
 * What a validating webhook configuration does while nobody answers for it, as long as it is a
 * revision's: the default one may be another's tomorrow. Blocks; any thread.
 */
public final class FailurePolicy {

    private static final String IGNORE = "Ignore";

    private final KubernetesClient client;
    private final Objects objects;
    private final String configuration;
    private final Revision revision;

    public FailurePolicy(Kube kube, String configuration, Revision revision) {
        this.client = kube.client();
        this.objects = new Objects(kube);
        this.configuration = configuration;
        this.revision = revision;
    }

    /**
     * Whether it lets things through while nobody answers; false where it is not there, or another
     * revision's.
     *
     * @throws KubernetesClientException when the API server can't be reached or refuses
     */
    public boolean isOpen() {
        return entries().stream().anyMatch(entry -> IGNORE.equals(entry.getFailurePolicy()));
    }

    /**
     * Whether one of its entries refuses an object, so that the API server is known to ask it.
     *
     * @param refused what is to be refused; it is kept in no case
     * @throws KubernetesClientException when the API server can't be reached
     */
    public boolean refuses(JsonNode refused) {
        return objects.rehearseCreation(refused) instanceof Objects.Rehearsal.Refused(String reason)
                && entries().stream()
                        .anyMatch(entry ->
                                reason.contains(
                                        "admission webhook \""
                                                + entry.getName()
                                                + "\" denied the request"));
    }

    /**
     * Lets it refuse everything while nobody answers, unless it was changed meanwhile.
     *
     * @throws KubernetesClientException when it was, or the API server can't be reached
     */
    public void close() {
        var _ =
                client.admissionRegistration()
                        .v1()
                        .validatingWebhookConfigurations()
                        .withName(configuration)
                        .patch(PatchContext.of(PatchType.JSON), patch(revision, entries()));
    }

    static String patch(Revision revision, List<ValidatingWebhook> entries) {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        patch.addObject()
                .put("op", "test")
                .put("path", "/metadata/labels/istio.io~1rev")
                .put("value", revision.value());
        for (int i = 0; i < entries.size(); i++) {
            patch.addObject()
                    .put("op", "test")
                    .put("path", "/webhooks/" + i + "/name")
                    .put("value", entries.get(i).getName());
            patch.addObject()
                    .put("op", "add")
                    .put("path", "/webhooks/" + i + "/failurePolicy")
                    .put("value", "Fail");
        }
        return patch.toString();
    }

    private List<ValidatingWebhook> entries() {
        ValidatingWebhookConfiguration found =
                client.admissionRegistration()
                        .v1()
                        .validatingWebhookConfigurations()
                        .withName(configuration)
                        .get();
        return found == null || !isOurs(found) ? List.of() : found.getWebhooks();
    }

    private boolean isOurs(ValidatingWebhookConfiguration found) {
        Map<String, String> labels = found.getMetadata().getLabels();
        return labels != null && revision.value().equals(labels.get(Labels.REVISION));
    }
}
