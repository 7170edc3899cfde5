// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resources;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.token.Tokens;
import io.serin.local.verb.Verbs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code serviceaccounts/NAME/token}: a TokenRequest in, a token out. */
final class TokenRequests {

    private static final int SHORTEST_SECONDS = 600;

    private final Verbs verbs;
    private final Catalog catalog;
    private final Tokens tokens;

    TokenRequests(Verbs verbs, Catalog catalog, Tokens tokens) {
        this.verbs = verbs;
        this.catalog = catalog;
        this.tokens = tokens;
    }

    void answer(Exchange exchange, Kind accounts, RequestPath path) {
        if (!exchange.method().equals("POST")) {
            throw Faults.methodNotAllowed();
        }
        ObjectNode account =
                verbs.get(accounts, path.namespace(), path.name())
                        .orElseThrow(() -> Faults.notFound(accounts, path.name()));
        ObjectNode request = exchange.object();
        ObjectNode spec = request.withObjectProperty("spec");
        int seconds = spec.path("expirationSeconds").asInt(3600);
        if (seconds < SHORTEST_SECONDS) {
            throw Faults.badRequest(
                    "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds:"
                            + " Invalid value: "
                            + seconds
                            + ": may not specify a duration less than 10 minutes");
        }
        List<String> audiences = new ArrayList<>();
        spec.path("audiences").forEach(each -> audiences.add(each.asText()));
        Tokens.Issued issued =
                tokens.issue(
                        path.namespace(),
                        path.name(),
                        account.path("metadata").path("uid").asText(),
                        audiences,
                        Duration.ofSeconds(seconds),
                        bound(spec.path("boundObjectRef"), path.namespace()));
        spec.put("expirationSeconds", seconds);
        if (audiences.isEmpty()) {
            spec.putArray("audiences").add(Tokens.ISSUER);
        }
        request.put("kind", "TokenRequest").put("apiVersion", "authentication.k8s.io/v1");
        request.putObject("status")
                .put("token", issued.token())
                .put("expirationTimestamp", issued.expires().toString());
        exchange.answer(201, request);
    }

    private Optional<Tokens.Bound> bound(JsonNode reference, String namespace) {
        if (!reference.isObject()) {
            return Optional.empty();
        }
        String kind = reference.path("kind").asText();
        String name = reference.path("name").asText();
        Kind referred =
                switch (kind) {
                    case "Pod" -> catalog.of(Resources.PODS);
                    case "Secret" -> catalog.of(Resources.SECRETS);
                    default ->
                            throw Faults.badRequest(
                                    "spec.boundObjectRef.kind: "
                                            + kind
                                            + " (expected: Pod or Secret)");
                };
        ObjectNode found =
                verbs.get(referred, namespace, name)
                        .orElseThrow(() -> Faults.notFound(referred, name));
        String uid = found.path("metadata").path("uid").asText();
        String stated = reference.path("uid").asText(uid);
        if (!stated.equals(uid)) {
            throw Faults.conflict(
                    referred,
                    name,
                    "the UID in the bound object reference ("
                            + stated
                            + ") does not match: "
                            + uid);
        }
        return Optional.of(new Tokens.Bound(kind.toLowerCase(java.util.Locale.ROOT), name, uid));
    }
}
