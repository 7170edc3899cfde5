// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A proxy as a control plane sees it.
 *
 * @param servedBy the revision that it is connected to
 * @param controlPlane the pod of that
 * @param controlPlaneVersion what that is
 * @param json the proxy's part of {@code /debug/syncz}
 */
record ProxyState(String servedBy, String controlPlane, String controlPlaneVersion, JsonNode json) {

    /** What is sent takes a moment to be taken. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    static List<ProxyState> of(String pod, JsonNode page) {
        List<ProxyState> proxies = new ArrayList<>();
        page.path("proxies")
                .forEach(proxy ->
                        proxies.add(
                                new ProxyState(
                                        page.path("revision").asText(),
                                        pod,
                                        page.path("version").asText(),
                                        proxy)));
        return proxies;
    }

    String namespace() {
        return json.path("namespace").asText();
    }

    String place() {
        return namespace() + "/" + json.path("pod").asText();
    }

    String version() {
        return json.path("version").asText("");
    }

    /** In its own words; empty when it took all since. */
    String refusal() {
        JsonNode refused = json.path("lastNack");
        String type = refused.path("type").asText("");
        return !type.isEmpty() && !isCurrent(json.path("types").path(type))
                ? type + ": " + refused.path("message").asText()
                : "";
    }

    /** The types that it was sent and did not answer in time, those that it refused aside. */
    List<String> unanswered(Instant now) {
        String refused = json.path("lastNack").path("type").asText("");
        List<String> types = new ArrayList<>();
        for (Map.Entry<String, JsonNode> type : json.path("types").properties()) {
            if (!type.getKey().equals(refused)
                    && !isCurrent(type.getValue())
                    && isLate(type.getValue().path("sentAt").asText(""), now)) {
                types.add(type.getKey());
            }
        }
        return types;
    }

    private static boolean isCurrent(JsonNode type) {
        return type.path("sent").asText("").equals(type.path("acked").asText(""));
    }

    private static boolean isLate(String sentAt, Instant now) {
        return Item.instant(sentAt).map(at -> at.plus(PATIENCE).isBefore(now)).orElse(true);
    }
}
