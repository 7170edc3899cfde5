// SPDX-License-Identifier: Apache-2.0
package io.serin.control.status;

import io.serin.api.contract.Labels;
import io.serin.injector.webhook.AdmissionReview;
import io.serin.kube.convert.ConvertRoute;
import io.serin.kube.type.KubeRoute;
import java.util.List;

/**
 * Turns down, before they are stored, HTTPRoutes of Services that ask for what this revision does
 * not serve: the answer that would else stand in their status. Pure; any thread.
 */
public final class ValidateWebhook {

    private ValidateWebhook() {}

    /** Answers an AdmissionReview; never throws for what a request holds. */
    public static String answer(String body) {
        return AdmissionReview.parse(body)
                .map(ValidateWebhook::answer)
                .orElseGet(() ->
                        AdmissionReview.denyUnread(
                                "the body is not an AdmissionReview with request.object"));
    }

    private static String answer(AdmissionReview review) {
        if (review.object().at("/metadata/annotations").has(Labels.ALWAYS_REFUSED)) {
            return review.deny(
                    "metadata.annotations: "
                            + Labels.ALWAYS_REFUSED
                            + " is there (expected: it is"
                            + " not, but where validation is tried)");
        }
        if (review.object().path("metadata").has("deletionTimestamp")) {
            // It is going: whoever takes away what keeps it must be let.
            return review.allow(List.of());
        }
        KubeRoute route = ConvertRoute.route(review.object());
        // A route of Gateways alone is another controller's, who may well serve what we don't.
        boolean isOurs = route.parents().stream().anyMatch(KubeRoute.ParentRef::isService);
        if (!isOurs || route.problems().isEmpty()) {
            return review.allow(List.of());
        }
        return review.deny(
                String.join("; ", route.problems().stream().map(Object::toString).toList()));
    }
}
