// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.kube.read.ClusterReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A proxy as its control plane sees it.
 *
 * @param servedBy the revision of the control plane that it is connected to
 * @param injectedBy the revision that it starts with
 * @param wanted the revision that it should be at; empty where its control plane can't say
 * @param notMoved why it could not go there; empty where it is there, or is on its way
 * @param types by kind of resource: SYNCED, STALE, NOT SENT or REJECTED
 * @param lastRejection what it refused last on this connection, and why; empty for nothing
 */
public record ProxySync(
        String pod,
        String namespace,
        String servedBy,
        String injectedBy,
        String wanted,
        String notMoved,
        String controlPlane,
        String version,
        String connectedSince,
        Map<String, String> types,
        String lastRejection) {

    /** Of all replicas of all revisions; one that does not answer is left out. Blocks. */
    public static List<ProxySync> of(ClusterReader reader) {
        return of(Replica.of(reader));
    }

    static List<ProxySync> of(List<Replica> replicas) {
        List<ProxySync> proxies = new ArrayList<>();
        for (Replica replica : replicas) {
            replica.proxies()
                    .forEach(proxy -> proxies.add(of(replica.revision(), replica.pod(), proxy)));
        }
        proxies.sort(Comparator.comparing(ProxySync::namespace).thenComparing(ProxySync::pod));
        return proxies;
    }

    private static ProxySync of(String revision, String controlPlane, JsonNode proxy) {
        String rejected = proxy.path("lastNack").path("type").asText("");
        Map<String, String> types = new java.util.TreeMap<>();
        List<String> asked = new ArrayList<>(List.of("CLUSTER", "LISTENER", "ENDPOINT", "ROUTE"));
        if (proxy.path("types").has("NAMES")) {
            asked.add("NAMES");
        }
        for (String type : asked) {
            JsonNode state = proxy.path("types").path(type);
            String sent = state.path("sent").asText("");
            String acked = state.path("acked").asText("");
            types.put(
                    type,
                    sent.isEmpty() || state.path("sent").isNull()
                            ? "NOT SENT"
                            : sent.equals(acked)
                                    ? "SYNCED"
                                    : rejected.equals(type) ? "REJECTED" : "STALE");
        }
        return new ProxySync(
                proxy.path("pod").asText(),
                proxy.path("namespace").asText(),
                revision,
                proxy.path("revision").asText(""),
                proxy.at("/home/wanted").asText(""),
                proxy.at("/home/lastFailure/message").asText(""),
                controlPlane,
                proxy.path("version").asText(),
                proxy.path("connectedSince").asText(),
                types,
                rejected.isEmpty()
                        ? ""
                        : rejected + ": " + proxy.path("lastNack").path("message").asText());
    }
}
