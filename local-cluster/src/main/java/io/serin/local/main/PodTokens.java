// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import io.serin.local.node.volume.ServiceAccountTokens;
import io.serin.local.token.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The API server's tokens, for the pods of the node. */
final class PodTokens implements ServiceAccountTokens {

    private final ClusterApi api;
    private final Tokens tokens;

    PodTokens(ClusterApi api, Tokens tokens) {
        this.api = api;
        this.tokens = tokens;
    }

    @Override
    public String token(JsonNode pod, String audience, Duration lifetime) {
        String namespace = Meta.namespace(pod);
        String name = pod.path("spec").path("serviceAccountName").asText("default");
        ObjectNode account =
                api.get(Resources.SERVICE_ACCOUNTS, namespace, name)
                        .orElseThrow(() ->
                                ApiFault.of(
                                        404,
                                        "NotFound",
                                        "serviceaccounts \"" + name + "\" not found"));
        return tokens.issue(
                        namespace,
                        name,
                        Meta.uid(account),
                        audience.isEmpty() ? List.of() : List.of(audience),
                        lifetime,
                        Optional.of(new Tokens.Bound("pod", Meta.name(pod), Meta.uid(pod))))
                .token();
    }
}
