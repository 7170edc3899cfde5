// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.resource.Kind;
import io.serin.local.store.Key;
import io.serin.local.store.Store;
import io.serin.local.token.Tokens;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Who asks: the bearer of the admin's token, or of a service account's. */
final class Authenticator {

    private static final String BEARER = "Bearer ";

    private final Store store;
    private final Tokens tokens;
    private final byte[] adminToken;

    Authenticator(Store store, Tokens tokens, String adminToken) {
        this.store = store;
        this.tokens = tokens;
        this.adminToken = adminToken.getBytes(StandardCharsets.UTF_8);
    }

    /** A {@code userInfo}; empty: nobody that we know. */
    Optional<ObjectNode> authenticate(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        if (header != null && header.startsWith(BEARER)) {
            return token(header.substring(BEARER.length()).strip());
        }
        return Optional.empty();
    }

    private Optional<ObjectNode> token(String token) {
        if (MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), adminToken)) {
            return Optional.of(user("kubernetes-admin", List.of("system:masters")));
        }
        return bearer(token)
                .filter(bearer -> bearer.audiences().contains(Tokens.ISSUER))
                .map(Authenticator::user);
    }

    /** Who bears a token: its account, and what it is bound to, have to be there still. */
    Optional<Tokens.Bearer> bearer(String token) {
        return tokens.read(token)
                .filter(bearer ->
                        isThere(
                                        Resources.SERVICE_ACCOUNTS,
                                        bearer.namespace(),
                                        bearer.name(),
                                        bearer.uid())
                                && isBoundThere(bearer));
    }

    private boolean isBoundThere(Tokens.Bearer bearer) {
        JsonNode pod = bearer.claims().path("kubernetes.io").path("pod");
        return pod.isMissingNode()
                || isThere(
                        Resources.PODS,
                        bearer.namespace(),
                        pod.path("name").asText(),
                        pod.path("uid").asText());
    }

    private boolean isThere(Resource resource, String namespace, String name, String uid) {
        return store.get(new Key(Kind.collection(resource), namespace, name))
                .filter(found -> found.path("metadata").path("uid").asText().equals(uid))
                .isPresent();
    }

    static ObjectNode user(Tokens.Bearer bearer) {
        ObjectNode user =
                user(
                        bearer.username(),
                        List.of(
                                "system:serviceaccounts",
                                "system:serviceaccounts:" + bearer.namespace()));
        user.put("uid", bearer.uid());
        JsonNode pod = bearer.claims().path("kubernetes.io").path("pod");
        if (pod.isObject()) {
            ObjectNode extra = user.putObject("extra");
            extra.putArray("authentication.kubernetes.io/pod-name").add(pod.path("name"));
            extra.putArray("authentication.kubernetes.io/pod-uid").add(pod.path("uid"));
        }
        return user;
    }

    static ObjectNode user(String name, List<String> groups) {
        ObjectNode user = JsonNodeFactory.instance.objectNode();
        user.put("username", name);
        ArrayNode list = user.putArray("groups");
        groups.forEach(list::add);
        list.add("system:authenticated");
        return user;
    }
}
