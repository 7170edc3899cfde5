// SPDX-License-Identifier: Apache-2.0
package io.serin.control.source;

import io.serin.control.index.IndexWriter;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.KubeObject;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.KubeRoute;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeSlice;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Observer;
import io.serin.kube.watch.Watches;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** Feeds the index: follows the cluster, and gives the index's writer its thread. */
public final class ClusterSource extends VerticleBase {

    private final Watches watches;
    private final IndexWriter writer;
    private @Nullable Thread thread;

    public ClusterSource(Watches watches, IndexWriter writer) {
        this.watches = watches;
        this.writer = writer;
    }

    @Override
    public Future<?> start() {
        thread = Thread.ofVirtual().name("index").start(writer);
        watches.namespaces(observer(KubeNamespace.class));
        // Routes last: a route is judged by the Services and tags that are known.
        watches.services(observer(KubeService.class));
        watches.slices(observer(KubeSlice.class));
        watches.pods(observer(KubePod.class));
        watches.injectors(observer(KubeWebhook.class));
        watches.routes(observer(KubeRoute.class));
        watches.allFollowed();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        watches.close();
        if (thread != null) {
            thread.interrupt();
        }
        return Future.succeededFuture();
    }

    private <T extends KubeObject> Observer<T> observer(Class<T> kind) {
        return new Observer<>() {
            @Override
            public void put(T object) {
                writer.put(object);
            }

            @Override
            public void remove(ObjectName name) {
                writer.remove(kind, name);
            }
        };
    }
}
