// SPDX-License-Identifier: Apache-2.0
package io.serin.control.audit;

import io.serin.kube.KubeFault;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Observer;
import io.serin.kube.write.Events;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows namespaces, and writes an event where the labels of one do not do what was meant: once
 * for each change of what there is to say. Works on a virtual thread of its own.
 */
public final class NamespaceAudit extends VerticleBase implements Observer<KubeNamespace> {

    private static final Logger LOG = LoggerFactory.getLogger(NamespaceAudit.class);

    private final InstalledNames names;
    private final Events events;
    private final BooleanSupplier isSynced;
    private final Duration quiet;
    private final Map<String, KubeNamespace> namespaces = new ConcurrentHashMap<>();
    private final Map<String, List<Finding>> said = new HashMap<>();
    private final Semaphore changes;
    private @Nullable Thread thread;

    /**
     * @param changes released by whoever feeds {@code names}
     * @param isSynced whether all that is judged by has been listed once
     * @param quiet how long to wait after a change for others: an installation is several objects
     */
    public NamespaceAudit(
            InstalledNames names,
            Events events,
            Semaphore changes,
            BooleanSupplier isSynced,
            Duration quiet) {
        this.names = names;
        this.events = events;
        this.changes = changes;
        this.isSynced = isSynced;
        this.quiet = quiet;
    }

    @Override
    public Future<?> start() {
        thread = Thread.ofVirtual().name("namespace-audit").start(this::run);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (thread != null) {
            thread.interrupt();
        }
        return Future.succeededFuture();
    }

    @Override
    public void put(KubeNamespace namespace) {
        namespaces.put(namespace.namespace(), namespace);
        changes.release();
    }

    @Override
    public void remove(ObjectName name) {
        namespaces.remove(name.name());
        changes.release();
    }

    /** The labels of a namespace; empty for one that is not known. Any thread. */
    public Optional<Map<String, String>> labels(String namespace) {
        return Optional.ofNullable(namespaces.get(namespace)).map(KubeNamespace::labels);
    }

    private void run() {
        try {
            while (true) {
                changes.acquire();
                Thread.sleep(quiet);
                changes.drainPermits();
                if (!isSynced.getAsBoolean() || !look()) {
                    changes.release();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether all that there was to say is said. */
    private boolean look() {
        if (!names.isOurTurn()) {
            // When it becomes ours all is looked at anew; what was said already has its event.
            said.clear();
            return true;
        }
        said.keySet().retainAll(namespaces.keySet());
        boolean all = true;
        for (KubeNamespace namespace : namespaces.values()) {
            all &= say(namespace, LabelAudit.namespace(namespace.labels(), names.names()));
        }
        return all;
    }

    private boolean say(KubeNamespace namespace, List<Finding> findings) {
        List<Finding> before = said.getOrDefault(namespace.namespace(), List.of());
        try {
            for (Finding finding : findings) {
                if (before.stream().noneMatch(finding::isSameAs)) {
                    events.warn(namespace, finding.reason(), finding.message());
                    LOG.warn(
                            "namespace={} reason={} message=\"{}\"",
                            namespace.namespace(),
                            finding.reason(),
                            finding.message());
                }
            }
        } catch (RuntimeException failed) {
            LOG.warn(
                    "namespace={} event not written reason=\"{}\"",
                    namespace.namespace(),
                    KubeFault.reason(failed));
            if (KubeFault.isUnreachable(failed)) {
                return false;
            }
            // Refused, e.g. where the namespace is going: it would be again.
        }
        said.put(namespace.namespace(), findings);
        return true;
    }
}
