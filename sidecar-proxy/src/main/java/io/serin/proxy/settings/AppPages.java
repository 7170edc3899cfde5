// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import java.util.Map;
import java.util.Optional;

/**
 * What the agent asks of the application for others.
 *
 * @param probes probes and hooks by the path at which the kubelet asks the agent for them
 * @param metrics what is merged into the agent's page of metrics
 */
public record AppPages(Map<String, AppProbe> probes, Optional<AppMetrics> metrics) {

    /** Nothing. */
    public static final AppPages NONE = new AppPages(Map.of(), Optional.empty());

    public AppPages {
        probes = Map.copyOf(probes);
    }
}
