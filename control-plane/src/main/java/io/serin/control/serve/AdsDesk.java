// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.serin.control.snapshot.Publisher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the streams of one verticle have in common. Owned by its event loop. */
final class AdsDesk {

    private final AdsSettings settings;
    private final Publisher publisher;
    private final ConnectedProxies proxies;
    private final AdsMetrics metrics;
    private final Propagation propagation;
    private final Outbox outbox = new Outbox();
    private final Map<Long, AdsCall<?, ?>> calls = new LinkedHashMap<>();

    AdsDesk(
            AdsSettings settings,
            Publisher publisher,
            ConnectedProxies proxies,
            AdsMetrics metrics) {
        this.settings = settings;
        this.publisher = publisher;
        this.proxies = proxies;
        this.metrics = metrics;
        this.propagation = new Propagation(metrics);
    }

    AdsSettings settings() {
        return settings;
    }

    Publisher publisher() {
        return publisher;
    }

    ConnectedProxies proxies() {
        return proxies;
    }

    AdsMetrics metrics() {
        return metrics;
    }

    Propagation propagation() {
        return propagation;
    }

    Outbox outbox() {
        return outbox;
    }

    /** A proxy said who it is. */
    void joined(AdsCall<?, ?> call) {
        calls.put(call.id(), call);
        metrics.connected(calls.size());
        propagation.joined(call.id(), publisher.latest().map(latest -> latest.number()).orElse(0L));
    }

    /**
     * A stream is over, whether or not its proxy had said who it is.
     *
     * @param unwritten bytes that it leaves behind
     */
    void left(AdsCall<?, ?> call, int unwritten) {
        calls.remove(call.id());
        metrics.connected(calls.size());
        proxies.remove(call.id());
        propagation.left(call.id(), publisher.nanos());
        outbox.forget(call, unwritten);
    }

    /** There is a new configuration. */
    void published() {
        publisher.latest().ifPresent(propagation::published);
        List.copyOf(calls.values()).forEach(outbox::push);
    }

    void shutdown() {
        List.copyOf(calls.values()).forEach(AdsCall::shutdown);
    }
}
