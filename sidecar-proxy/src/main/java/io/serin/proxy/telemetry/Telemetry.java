// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** All that this proxy counted, as Prometheus text. */
public final class Telemetry {

    private record Owned(EventExecutor loop, LoopMeter meter) {}

    private final List<Owned> meters = new CopyOnWriteArrayList<>();

    /** The counters of one event loop, for it alone. */
    public LoopMeter meterOf(EventExecutor loop) {
        LoopMeter meter = new LoopMeter();
        meters.add(new Owned(loop, meter));
        return meter;
    }

    /**
     * Adds up the loops' counters, each on its own loop, and writes them. Waits for the loops:
     * never to be called on one of them. A loop that is busy for a second is left out.
     */
    public String prometheusText() {
        Map<Labels, Meter> sums = new LinkedHashMap<>();
        for (Owned owned : meters) {
            if (owned.loop().isShuttingDown()) {
                continue;
            }
            try {
                Map<Labels, Meter> part = new LinkedHashMap<>();
                owned.loop().submit(() -> owned.meter().addTo(part)).get(1, TimeUnit.SECONDS);
                part.forEach(
                        (labels, meter) -> sums.computeIfAbsent(labels, Meter::new).add(meter));
            } catch (TimeoutException | ExecutionException busy) {
                // Left out, this time.
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return Exposition.write(sums.values());
    }
}
