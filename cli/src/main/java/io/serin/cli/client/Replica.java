// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.kube.read.ClusterReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A control plane's pod that answers.
 *
 * @param proxies as its page shows them
 */
record Replica(String pod, String revision, String version, JsonNode proxies) {

    /** Of all revisions; one that does not answer is left out. Blocks. */
    static List<Replica> of(ClusterReader reader) {
        List<Replica> replicas = new ArrayList<>();
        reader.pods(Objects.SYSTEM_NAMESPACE, Map.of(Labels.APP, Labels.APP_CONTROL_PLANE))
                .forEach(pod ->
                        reader.page(pod.name(), Ports.CONTROL_DEBUG, "/debug/syncz")
                                .ifPresent(page ->
                                        replicas.add(
                                                new Replica(
                                                        pod.name().name(),
                                                        page.path("revision").asText(),
                                                        page.path("version").asText(),
                                                        page.path("proxies")))));
        return replicas;
    }
}
