// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Faults;
import io.serin.local.token.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Questions about who somebody is and what he may do. Whoever is known may do everything: roles are
 * stored and not enforced.
 */
final class Reviews {

    private final Authenticator authenticator;

    Reviews(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /** Whether the path is one of a question. */
    boolean answer(Exchange exchange, RequestPath path) {
        String question = path.group() + "/" + path.plural();
        switch (question) {
            case "authentication.k8s.io/tokenreviews",
                    "authentication.k8s.io/selfsubjectreviews",
                    "authorization.k8s.io/subjectaccessreviews",
                    "authorization.k8s.io/selfsubjectaccessreviews",
                    "authorization.k8s.io/localsubjectaccessreviews",
                    "authorization.k8s.io/selfsubjectrulesreviews" -> {
                if (!exchange.method().equals("POST")) {
                    throw Faults.methodNotAllowed();
                }
            }
            default -> {
                return false;
            }
        }
        ObjectNode review = exchange.object();
        ObjectNode status = review.putObject("status");
        switch (path.plural()) {
            case "tokenreviews" -> token(review, status);
            case "selfsubjectreviews" -> status.set("userInfo", exchange.user());
            case "selfsubjectrulesreviews" -> rules(status);
            default -> status.put("allowed", true).put("reason", "roles are not enforced");
        }
        exchange.answer(201, review);
        return true;
    }

    private void token(ObjectNode review, ObjectNode status) {
        String token = review.path("spec").path("token").asText("");
        List<String> asked = new ArrayList<>();
        review.path("spec").path("audiences").forEach(each -> asked.add(each.asText()));
        if (asked.isEmpty()) {
            asked.add(Tokens.ISSUER);
        }
        Optional<Tokens.Bearer> bearer = authenticator.bearer(token);
        if (bearer.isEmpty()) {
            status.put("error", "invalid bearer token");
            status.putObject("user");
            return;
        }
        List<String> shared = new ArrayList<>(asked);
        shared.retainAll(bearer.get().audiences());
        if (shared.isEmpty()) {
            status.put(
                    "error",
                    "token audiences "
                            + bearer.get().audiences()
                            + " is invalid for the target audiences "
                            + asked);
            status.putObject("user");
            return;
        }
        status.put("authenticated", true);
        status.set("user", Authenticator.user(bearer.get()));
        ArrayNode audiences = status.putArray("audiences");
        shared.forEach(audiences::add);
    }

    private static void rules(ObjectNode status) {
        ObjectNode rule = status.putArray("resourceRules").addObject();
        for (String field : List.of("verbs", "apiGroups", "resources")) {
            rule.putArray(field).add("*");
        }
        ObjectNode paths = status.putArray("nonResourceRules").addObject();
        paths.putArray("verbs").add("*");
        paths.putArray("nonResourceURLs").add("*");
        status.put("incomplete", false);
    }
}
