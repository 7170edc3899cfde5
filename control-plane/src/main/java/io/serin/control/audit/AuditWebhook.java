// SPDX-License-Identifier: Apache-2.0
package io.serin.control.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.webhook.AdmissionReview;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets every namespace and pod pass, and warns of labels that do not do what was meant. Any thread.
 */
public final class AuditWebhook {

    private final InstalledNames names;
    private final Function<String, Optional<Map<String, String>>> namespaceLabels;

    /**
     * @param namespaceLabels by name; empty for one that is not known
     */
    public AuditWebhook(
            InstalledNames names, Function<String, Optional<Map<String, String>>> namespaceLabels) {
        this.names = names;
        this.namespaceLabels = namespaceLabels;
    }

    /** Answers an AdmissionReview; never throws for what a request holds. */
    public String answer(String body) {
        return AdmissionReview.parse(body)
                .map(review -> review.allow(warnings(review)))
                .orElseGet(() ->
                        AdmissionReview.denyUnread(
                                "the body is not an AdmissionReview with request.object"));
    }

    private List<String> warnings(AdmissionReview review) {
        Map<String, String> labels = labels(review.object());
        List<Finding> findings =
                review.object().path("kind").asText().equals("Namespace")
                        ? LabelAudit.namespace(labels, names.names())
                        : namespaceLabels
                                .apply(review.namespace())
                                .map(namespace -> LabelAudit.pod(namespace, labels, names.names()))
                                .orElse(List.of());
        return findings.stream().map(Finding::message).toList();
    }

    private static Map<String, String> labels(JsonNode object) {
        Map<String, String> labels = new HashMap<>();
        object.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
