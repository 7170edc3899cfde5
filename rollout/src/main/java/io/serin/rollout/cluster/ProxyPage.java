// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.rollout.fact.ProxyState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One proxy of a control plane's page of them. */
final class ProxyPage {

    private ProxyPage() {}

    static ProxyState state(JsonNode proxy) {
        JsonNode refused = proxy.path("lastNack");
        List<String> waiting = new ArrayList<>();
        int sent = 0;
        for (Map.Entry<String, JsonNode> type : proxy.path("types").properties()) {
            String latest = type.getValue().path("sent").asText("");
            if (latest.isEmpty() || type.getValue().path("sent").isNull()) {
                continue;
            }
            sent++;
            if (!latest.equals(type.getValue().path("acked").asText(""))) {
                waiting.add(
                        refused.path("type").asText("").equals(type.getKey())
                                ? "it refuses its "
                                        + type.getKey()
                                        + " resources: "
                                        + refused.path("message").asText()
                                : "it has not taken its " + type.getKey() + " resources yet");
            }
        }
        return new ProxyState(
                sent == 0 ? "it has no configuration yet" : String.join("; ", waiting));
    }
}
