// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.micrometer.core.instrument.MeterRegistry;
import io.serin.control.snapshot.Publisher;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Serves aggregated discovery in plaintext. One event loop owns every stream; deploy one instance.
 * Ready once its deployment has succeeded; undeployed, it ends every stream, so that the proxies
 * look for another replica at once.
 */
public final class AdsVerticle extends VerticleBase {

    private final AdsSettings settings;
    private final Publisher publisher;
    private final ConnectedProxies proxies;
    private final MeterRegistry metrics;

    public AdsVerticle(
            AdsSettings settings,
            Publisher publisher,
            ConnectedProxies proxies,
            MeterRegistry metrics) {
        this.settings = settings;
        this.publisher = publisher;
        this.proxies = proxies;
        this.metrics = metrics;
    }

    /** Where it listens, once deployed. */
    public int port() {
        return settings.port();
    }

    @Override
    public Future<?> start() {
        return Future.succeededFuture(java.util.List.of(publisher, proxies, metrics));
    }
}
