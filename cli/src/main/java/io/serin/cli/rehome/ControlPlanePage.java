// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.rehome;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one replica of a control plane says of itself and of the proxies that are at it.
 *
 * @param least the oldest protocol that it speaks; 0 where it can neither send proxies elsewhere
 *     nor take those of others
 * @param latest the newest protocol that it speaks; 0 as well
 */
record ControlPlanePage(
        ObjectName pod,
        String revision,
        String version,
        int least,
        int latest,
        List<ConnectedProxy> proxies) {

    /**
     * A proxy that is at it.
     *
     * @param protocol that it speaks; 0 where it can't be sent elsewhere
     * @param failure why it could not follow the last word of where it belongs; empty for nothing
     */
    record ConnectedProxy(
            ObjectName pod, String injected, String version, int protocol, String failure) {}

    /** Of all replicas of all revisions; one that does not answer is left out. */
    static List<ControlPlanePage> all(ClusterReader reader) {
        List<ControlPlanePage> pages = new ArrayList<>();
        for (KubePod pod :
                reader.pods(
                        Objects.SYSTEM_NAMESPACE, Map.of(Labels.APP, Labels.APP_CONTROL_PLANE))) {
            reader.page(pod.name(), Ports.CONTROL_DEBUG, "/debug/syncz")
                    .ifPresent(page -> pages.add(of(pod.name(), page)));
        }
        return pages;
    }

    private static ControlPlanePage of(ObjectName pod, JsonNode page) {
        List<ConnectedProxy> proxies = new ArrayList<>();
        for (JsonNode proxy : page.path("proxies")) {
            proxies.add(
                    new ConnectedProxy(
                            new ObjectName(
                                    proxy.path("namespace").asText(), proxy.path("pod").asText()),
                            proxy.path("revision").asText(),
                            proxy.path("version").asText(),
                            proxy.path("protocol").asInt(0),
                            proxy.at("/home/lastFailure/message").asText("")));
        }
        return new ControlPlanePage(
                pod,
                page.path("revision").asText(),
                page.path("version").asText(),
                page.at("/protocol/least").asInt(0),
                page.at("/protocol/latest").asInt(0),
                proxies);
    }

    boolean knowsHomes() {
        return least > 0;
    }

    boolean speaks(int protocol) {
        return knowsHomes() && least <= protocol && protocol <= latest;
    }
}
