// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.kube.Kube;
import io.serin.kube.KubeFault;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the API server's answers as they are, by path. What is refused is told apart from what is
 * not there. Blocks; may be called by several threads at once.
 *
 * <p>All methods throw {@link KubernetesClientException} when nobody answers at all.
 */
public final class ApiReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;

    public ApiReader(Kube kube) {
        this.client = kube.client();
    }

    /** The objects of a list, none where their kind is not served; or one object as a list. */
    public Reading<List<JsonNode>> list(String path) {
        return switch (answer(path)) {
            case Reading.Unread<JsonNode>(String why) -> new Reading.Unread<>(why);
            case Reading.Read<JsonNode>(JsonNode answer) -> new Reading.Read<>(items(answer));
        };
    }

    private static List<JsonNode> items(JsonNode answer) {
        if (answer.isMissingNode()) {
            return List.of();
        }
        if (!answer.has("items")) {
            return List.of(answer);
        }
        List<JsonNode> items = new ArrayList<>();
        answer.path("items").forEach(items::add);
        return List.copyOf(items);
    }

    /** A page that has to be there, e.g. a pod's by way of the API server. */
    public Reading<JsonNode> page(String path) {
        return switch (answer(path)) {
            case Reading.Read<JsonNode>(JsonNode answer) when answer.isMissingNode() ->
                    new Reading.Unread<>("it is not there");
            case Reading<JsonNode> other -> other;
        };
    }

    /** Missing where it is not there. */
    private Reading<JsonNode> answer(String path) {
        try {
            String text = client.raw(path);
            return new Reading.Read<>(text == null ? JSON.missingNode() : JSON.readTree(text));
        } catch (KubernetesClientException refused) {
            if (KubeFault.isUnreachable(refused)) {
                throw refused;
            }
            return new Reading.Unread<>(KubeFault.reason(refused));
        } catch (JsonProcessingException garbled) {
            return new Reading.Unread<>("not JSON: " + garbled.getOriginalMessage());
        }
    }

    /** Something that one may be allowed to do. The namespace is empty for all of them. */
    public record Deed(String verb, String group, String resource, String namespace) {

        @Override
        public String toString() {
            return verb
                    + " "
                    + resource
                    + (group.isEmpty() ? "" : "." + group)
                    + (namespace.isEmpty() ? "" : " in namespace " + namespace);
        }
    }

    /** Whether the one who asks is allowed to do it. */
    public Reading<Boolean> allows(Deed deed) {
        ResourceAttributes attributes =
                new ResourceAttributesBuilder()
                        .withVerb(deed.verb())
                        .withGroup(deed.group())
                        .withResource(deed.resource())
                        .withNamespace(deed.namespace())
                        .build();
        try {
            SelfSubjectAccessReview review =
                    client.authorization()
                            .v1()
                            .selfSubjectAccessReview()
                            .create(
                                    new SelfSubjectAccessReviewBuilder()
                                            .withNewSpec()
                                            .withResourceAttributes(attributes)
                                            .endSpec()
                                            .build());
            return review.getStatus() == null
                    ? new Reading.Unread<>("the API server gave no answer")
                    : new Reading.Read<>(Boolean.TRUE.equals(review.getStatus().getAllowed()));
        } catch (KubernetesClientException refused) {
            if (KubeFault.isUnreachable(refused)) {
                throw refused;
            }
            return new Reading.Unread<>(KubeFault.reason(refused));
        }
    }
}
