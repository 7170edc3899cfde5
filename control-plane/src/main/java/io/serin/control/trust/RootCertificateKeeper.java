// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.serin.api.contract.Objects;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.KubeRootCertificate;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Observer;
import io.serin.kube.write.RootCertificates;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every namespace whom its proxies are to trust, in a ConfigMap without which no pod with a
 * proxy starts. Where there is none, every control plane makes one: a new namespace waits for
 * nobody. Only one of all replaces what is there: two that don't agree, since one has not looked
 * yet, would do so in turns.
 *
 * <p>Works on a virtual thread of its own; told by any thread.
 */
public final class RootCertificateKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RootCertificateKeeper.class);
    private static final int SYNC_MILLIS = 20;
    private static final int RETRY_MILLIS = 1000;

    private final RootCertificates writer;
    private final BooleanSupplier isFirst;
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
    private final Map<String, String> told = new ConcurrentHashMap<>();
    private final Semaphore changes = new Semaphore(0);
    private volatile String roots;
    private @Nullable Thread worker;

    /**
     * Does nothing yet.
     *
     * @param roots PEM of those to be trusted
     * @param isFirst whether this process is the one that may replace
     */
    public RootCertificateKeeper(RootCertificates writer, String roots, BooleanSupplier isFirst) {
        this.writer = writer;
        this.roots = roots;
        this.isFirst = isFirst;
    }

    /**
     * Begins; once.
     *
     * @param isSynced whether what is there has been told once
     */
    public void start(BooleanSupplier isSynced) {
        worker = Thread.ofVirtual().name("root-certificates").start(() -> run(isSynced));
        look();
    }

    /** Something else is to be trusted from now on. */
    public void trust(String other) {
        roots = other;
        look();
    }

    /** Looks at all namespaces soon: who is first may have changed. */
    public void look() {
        changes.release();
    }

    /** To be told of each namespace. */
    public Observer<KubeNamespace> namespaces() {
        return new Observer<>() {
            @Override
            public void put(KubeNamespace namespace) {
                if (!Objects.NEVER_INJECTED.contains(namespace.namespace())
                        && namespaces.add(namespace.namespace())) {
                    look();
                }
            }

            @Override
            public void remove(ObjectName name) {
                namespaces.remove(name.name());
            }
        };
    }

    /** To be told what each was told. */
    public Observer<KubeRootCertificate> told() {
        return new Observer<>() {
            @Override
            public void put(KubeRootCertificate certificate) {
                told.put(certificate.namespace(), certificate.roots());
                look();
            }

            @Override
            public void remove(ObjectName name) {
                told.remove(name.namespace());
                look();
            }
        };
    }

    private void run(BooleanSupplier isSynced) {
        try {
            while (true) {
                changes.acquire();
                changes.drainPermits();
                if (!isSynced.getAsBoolean()) {
                    again(SYNC_MILLIS);
                } else if (namespaces.stream().filter(it -> !isRight(it)).count() > 0) {
                    again(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void again(int millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
        look();
    }

    /** Whether the namespace needs nothing more, now or until something else is told of it. */
    private boolean isRight(String namespace) {
        String held = told.get(namespace);
        KubeRootCertificate due = new KubeRootCertificate(namespace, roots);
        try {
            if (held == null) {
                if (writer.make(due)) {
                    LOG.info("namespace={} root_certificate=made", namespace);
                }
            } else if (!held.equals(due.roots()) && isFirst.getAsBoolean() && writer.replace(due)) {
                LOG.info("namespace={} root_certificate=replaced", namespace);
            }
            return true;
        } catch (RuntimeException refused) {
            LOG.warn(
                    "namespace={} root certificate not told reason=\"{}\"",
                    namespace,
                    refused.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        if (worker != null) {
            worker.interrupt();
        }
    }
}
