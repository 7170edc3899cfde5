// SPDX-License-Identifier: Apache-2.0
package io.serin.control.audit;

import io.serin.api.contract.Labels;
import io.serin.control.thread.OwnThread;
import io.serin.kube.KubeFault;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Observer;
import io.serin.kube.write.Events;
import io.serin.kube.write.Events.About;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows namespaces, and pods without a sidecar, and writes an event where the labels of one do
 * not do what was meant: once for each change of what there is to say. Works on a virtual thread of
 * its own.
 */
public final class LabelEvents extends OwnThread {

    private static final Logger LOG = LoggerFactory.getLogger(LabelEvents.class);

    private final InstalledNames names;
    private final Events events;
    private final BooleanSupplier isSynced;
    private final Duration quiet;
    private final Map<String, KubeNamespace> namespaces = new ConcurrentHashMap<>();
    private final Map<ObjectName, KubePod> pods = new ConcurrentHashMap<>();
    private final Map<About, List<Finding>> said = new HashMap<>();
    private final Semaphore changes;

    /**
     * @param changes released by whoever feeds {@code names}
     * @param isSynced whether all that is judged by has been listed once
     * @param quiet how long to wait after a change for others: an installation is several objects
     */
    public LabelEvents(
            InstalledNames names,
            Events events,
            Semaphore changes,
            BooleanSupplier isSynced,
            Duration quiet) {
        super("label-events");
        this.names = names;
        this.events = events;
        this.changes = changes;
        this.isSynced = isSynced;
        this.quiet = quiet;
    }

    /** For all namespaces. */
    public Observer<KubeNamespace> namespaces() {
        return new Observer<>() {
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
        };
    }

    /** For all pods; those without a wish of their own are not kept. */
    public Observer<KubePod> pods() {
        return new Observer<>() {
            @Override
            public void put(KubePod pod) {
                if (isWithoutItsWish(pod)) {
                    if (pods.put(pod.name(), pod) == null) {
                        changes.release();
                    }
                } else {
                    pods.remove(pod.name());
                }
            }

            @Override
            public void remove(ObjectName name) {
                pods.remove(name);
            }
        };
    }

    private static boolean isWithoutItsWish(KubePod pod) {
        return pod.revision().isEmpty()
                && !pod.hostNetwork()
                && !pod.finished()
                && (pod.labels().containsKey(Labels.REVISION)
                        || pod.labels().containsKey(Labels.INJECT));
    }

    /** The labels of a namespace; empty for one that is not known. Any thread. */
    public Optional<Map<String, String>> labels(String namespace) {
        return Optional.ofNullable(namespaces.get(namespace)).map(KubeNamespace::labels);
    }

    @Override
    protected void run() {
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
        Names now = names.names();
        List<Subject> subjects = new ArrayList<>();
        for (KubeNamespace namespace : namespaces.values()) {
            subjects.add(
                    new Subject(
                            About.namespace(namespace.namespace(), namespace.uid()),
                            namespace.version(),
                            LabelAudit.namespace(namespace.labels(), now)));
        }
        for (KubePod pod : pods.values()) {
            labels(pod.name().namespace())
                    .ifPresent(namespace ->
                            subjects.add(
                                    new Subject(
                                            About.pod(pod.name(), pod.uid()),
                                            pod.uid(),
                                            LabelAudit.pod(namespace, pod.labels(), now))));
        }
        said.keySet().retainAll(subjects.stream().map(Subject::about).toList());
        boolean all = true;
        for (Subject subject : subjects) {
            all &= say(subject);
        }
        return all;
    }

    private boolean say(Subject subject) {
        List<Finding> before = said.getOrDefault(subject.about(), List.of());
        String what = subject.about().kind() + " " + subject.about().name();
        try {
            for (Finding finding : subject.findings()) {
                if (before.stream().noneMatch(finding::isSameAs)) {
                    events.warn(
                            subject.about(), subject.state(), finding.reason(), finding.message());
                    LOG.warn(
                            "about=\"{}\" reason={} message=\"{}\"",
                            what,
                            finding.reason(),
                            finding.message());
                }
            }
        } catch (RuntimeException failed) {
            LOG.warn(
                    "about=\"{}\" event not written reason=\"{}\"", what, KubeFault.reason(failed));
            if (KubeFault.isUnreachable(failed)) {
                return false;
            }
            // Refused, e.g. where the namespace is going: it would be again.
        }
        said.put(subject.about(), subject.findings());
        return true;
    }

    /**
     * Of what there may be something to say.
     *
     * @param state another one for every change
     */
    private record Subject(About about, String state, List<Finding> findings) {}
}
