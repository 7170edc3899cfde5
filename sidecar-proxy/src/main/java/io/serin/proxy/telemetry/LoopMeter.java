// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;

/** The meters of one event loop, which alone touches them. */
public final class LoopMeter {

    private final Map<Labels, Meter> meters = new LinkedHashMap<>();

    /**
     * The meter for these labels; kept for the life of the process, as Prometheus wants counters.
     */
    public Meter of(Labels labels) {
        return meters.computeIfAbsent(labels, Meter::new);
    }

    void addTo(Map<Labels, Meter> sums) {
        meters.forEach((labels, meter) -> sums.computeIfAbsent(labels, Meter::new).add(meter));
    }
}
