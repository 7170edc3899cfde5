// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.envoy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.serin.api.name.Revision;
import io.serin.control.index.IndexChange;
import io.serin.control.index.MeshIndex;
import io.serin.control.serve.AdsSettings;
import io.serin.control.serve.AdsVerticle;
import io.serin.control.serve.ConnectedProxies;
import io.serin.control.serve.ProxyStatus;
import io.serin.control.serve.Secured;
import io.serin.control.snapshot.Pacer;
import io.serin.control.snapshot.Publisher;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.Optional;

/** A control plane from the index on, in this process: what it serves, the story writes. */
public final class ServingPart implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Publisher publisher = new Publisher(Pacer.real());
    private final ConnectedProxies proxies = new ConnectedProxies();
    private final AdsVerticle verticle;

    public ServingPart(Revision revision) {
        this(revision, Optional.empty());
    }

    /**
     * @param secured over TLS too, and signs certificates there
     */
    public ServingPart(Revision revision, Optional<Secured> secured) {
        verticle =
                new AdsVerticle(
                        new AdsSettings(0, revision, "0.1.0", "istiod-" + revision + "-story"),
                        secured,
                        publisher,
                        proxies,
                        new SimpleMeterRegistry());
        await(vertx.deployVerticle(verticle));
    }

    public int port() {
        return verticle.port();
    }

    public int securedPort() {
        return verticle.securedPort();
    }

    public void serve(MeshIndex mesh) {
        publisher.accept(new IndexChange(mesh, false));
    }

    public Collection<ProxyStatus> proxies() {
        return proxies.list();
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private static void await(Future<?> future) {
        var _ = future.toCompletionStage().toCompletableFuture().join();
    }
}
