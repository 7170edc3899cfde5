// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import io.serin.local.node.mount.NodeFiles;
import io.serin.local.node.network.PodNetwork;
import io.serin.local.node.spec.Containers;
import io.serin.local.node.spec.PodFields;
import io.serin.local.node.spec.Unsupported;
import io.serin.local.node.volume.PodVolumes;
import io.serin.local.node.volume.VolumeNotReady;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pod from its scheduling to its end, on a virtual thread that reads as the story goes:
 * network, volumes, init containers, containers, end. A second one writes the status whenever it
 * differs.
 */
final class PodRunner implements PodPlace {

    private static final Logger LOG = LoggerFactory.getLogger(PodRunner.class);
    private static final long AGAIN_MILLIS = 1000;

    private final NodeParts node;
    private final String uid;
    private final Instant began;
    private final PodVolumes volumes;
    private final List<ContainerRunner> init = new ArrayList<>();
    private final List<ContainerRunner> main = new ArrayList<>();
    private final PodStatus status = new PodStatus();
    private final Semaphore changes = new Semaphore(0);
    private final CompletableFuture<Grace> terminating = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Thread writer;

    private volatile ObjectNode pod;
    private volatile String address = "";
    private volatile String failure = "";
    private volatile boolean isOver;
    private volatile boolean isGone;
    private volatile @Nullable PodNetwork network;
    private @Nullable ObjectNode written;

    PodRunner(NodeParts node, ObjectNode pod) {
        this.node = node;
        this.pod = pod;
        this.uid = Meta.uid(pod);
        this.began = node.clock().instant();
        this.volumes = new PodVolumes(node.files(), uid, node.api(), node.tokens(), node.clock());
        boolean after = !Containers.init(pod).isEmpty();
        for (JsonNode container : Containers.init(pod)) {
            init.add(
                    new ContainerRunner(
                            node, this, container, ContainerRunner.roleOfInit(container), true));
        }
        for (JsonNode container : Containers.main(pod)) {
            main.add(new ContainerRunner(node, this, container, ContainerRunner.Role.MAIN, after));
        }
        this.writer = Thread.ofVirtual().name("status-" + Meta.name(pod)).unstarted(this::writeAll);
    }

    void start() {
        writer.start();
        Thread.ofVirtual()
                .name("pod-" + Meta.name(pod))
                .start(() -> {
                    try {
                        live();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException bug) {
                        LOG.error("pod={}/{}", Meta.namespace(pod), Meta.name(pod), bug);
                    } finally {
                        isOver = true;
                        changed();
                        done.complete(null);
                    }
                });
    }

    // What others tell it; none of these blocks.

    /** The object has changed. */
    void update(ObjectNode now) {
        JsonNode before = pod.path("metadata");
        pod = now;
        if (Meta.isTerminating(now)) {
            Duration grace =
                    Duration.ofSeconds(
                            now.path("metadata").path("deletionGracePeriodSeconds").asInt(30));
            if (!terminating.complete(new Grace(grace))) {
                terminating.join().shorten(grace);
            }
        }
        if (!before.path("labels").equals(now.path("metadata").path("labels"))
                || !before.path("annotations").equals(now.path("metadata").path("annotations"))) {
            refresh();
        }
    }

    /** The object is gone already: nobody waits for a graceful end. */
    void gone() {
        isGone = true;
        kill();
    }

    /** All at once; returns before they have ended. */
    void kill() {
        if (!terminating.complete(new Grace(Duration.ZERO))) {
            terminating.join().shorten(Duration.ZERO);
        }
        runners().forEach(ContainerRunner::kill);
    }

    CompletableFuture<Void> done() {
        return done;
    }

    /** Brings the volumes up to date with what they show. */
    void refresh() {
        if (!address.isEmpty() && !isOver && !terminating.isDone()) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            volumes.update(pod, fields());
                        } catch (IOException | VolumeNotReady | ApiFault stale) {
                            LOG.debug(
                                    "pod={} volumes stay as they are: {}",
                                    Meta.name(pod),
                                    stale.toString());
                        }
                    });
        }
    }

    // What others ask of it.

    @Override
    public ObjectNode pod() {
        return pod;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public Path namespaces() {
        return network().namespaces();
    }

    private PodNetwork network() {
        PodNetwork held = network;
        if (held == null) {
            throw ApiFault.of(400, "BadRequest", "pod " + Meta.name(pod) + " has no network yet");
        }
        return held;
    }

    SocketChannel connect(int port) throws IOException {
        return network().connect(port);
    }

    @Override
    public PodVolumes volumes() {
        return volumes;
    }

    @Override
    public Path sharedMemory() {
        return node.files().pod(uid).resolve("shm");
    }

    @Override
    public void changed() {
        changes.release();
    }

    Optional<ContainerRunner> container(String name) {
        return runners().stream().filter(runner -> runner.name().equals(name)).findFirst();
    }

    private List<ContainerRunner> runners() {
        List<ContainerRunner> all = new ArrayList<>(init);
        all.addAll(main);
        return all;
    }

    private PodFields fields() {
        return new PodFields(pod, address, node.facts());
    }

    // The story.

    private void live() throws InterruptedException {
        List<String> unsupported = Unsupported.in(pod);
        if (unsupported.isEmpty()) {
            if (setUp() && initialize()) {
                main.forEach(ContainerRunner::start);
                CompletableFuture<?>[] ends =
                        main.stream().map(ContainerRunner::ended).toArray(CompletableFuture[]::new);
                either(CompletableFuture.allOf(ends));
            }
        } else {
            failure =
                    "local-cluster does not do "
                            + String.join(", ", unsupported)
                            + ": leave it out, or use a real cluster";
            node.events().warning(pod, "Unsupported", failure);
            changed();
            either(new CompletableFuture<Void>());
        }
        end();
        await(terminating);
        if (!isGone) {
            delete();
        }
    }

    /** Network and volumes; false when it is to go before they are there. */
    private boolean setUp() throws InterruptedException {
        changed();
        while (!terminating.isDone()) {
            try {
                if (network == null) {
                    NodeFiles.folder(node.files().pod(uid), "rwx--x--x");
                    NodeFiles.folder(sharedMemory(), "rwxrwxrwx");
                    PodNetwork made = PodNetwork.create(node.network(), NameFiles.hostname(pod));
                    network = made;
                    address = made.address();
                    changed();
                }
                volumes.update(pod, fields());
                return true;
            } catch (VolumeNotReady missing) {
                node.events().warning(pod, "FailedMount", String.valueOf(missing.getMessage()));
            } catch (IOException | RuntimeException failed) {
                LOG.warn("pod={}/{} cannot be set up", Meta.namespace(pod), Meta.name(pod), failed);
                node.events()
                        .warning(
                                pod,
                                "FailedCreatePodSandBox",
                                "Failed to create pod sandbox: " + failed.getMessage());
                if (network == null) {
                    clear();
                }
            }
            pause();
        }
        return false;
    }

    private void pause() throws InterruptedException {
        try {
            var _ = terminating.get(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException timeIsOver) {
            // Try again.
        }
    }

    /** False when one failed for good, or the pod is to go. */
    private boolean initialize() throws InterruptedException {
        for (ContainerRunner runner : init) {
            if (terminating.isDone()) {
                return false;
            }
            runner.start();
            switch (runner.role()) {
                case SIDECAR -> either(CompletableFuture.anyOf(runner.up(), runner.ended()));
                case INIT -> {
                    either(runner.ended());
                    if (!runner.ended().isDone() || runner.ended().join() != 0) {
                        return false;
                    }
                }
                case MAIN -> throw new IllegalStateException(runner.name());
            }
        }
        return !terminating.isDone();
    }

    /** Until that is done or the pod is to go. */
    private void either(CompletableFuture<?> what) throws InterruptedException {
        await(CompletableFuture.anyOf(what, terminating));
    }

    private static void await(CompletableFuture<?> what) throws InterruptedException {
        try {
            var _ = what.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /**
     * All containers, the native sidecars after the others and the last of them first: as the
     * kubelet orders it (pkg/kubelet/kuberuntime/kuberuntime_termination_order.go). Then all that
     * the pod had, but its object.
     */
    private void end() throws InterruptedException {
        Grace grace =
                terminating.isDone()
                        ? terminating.join()
                        : new Grace(
                                Duration.ofSeconds(
                                        pod.path("spec")
                                                .path("terminationGracePeriodSeconds")
                                                .asInt(30)));
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (ContainerRunner runner : main) {
            ends.add(terminate(runner, grace, CompletableFuture.completedFuture(null)));
        }
        for (ContainerRunner runner : init) {
            if (runner.role() == ContainerRunner.Role.INIT) {
                ends.add(terminate(runner, grace, CompletableFuture.completedFuture(null)));
            }
        }
        CompletableFuture<Void> before = all(ends);
        for (ContainerRunner runner : init.reversed()) {
            if (runner.role() == ContainerRunner.Role.SIDECAR) {
                CompletableFuture<Void> end = terminate(runner, grace, before);
                ends.add(end);
                before = all(List.of(before, end));
            }
        }
        await(all(ends));
        isOver = true;
        changed();
        if (!isGone) {
            write();
        }
        clear();
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> ends) {
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    private static CompletableFuture<Void> terminate(
            ContainerRunner runner, Grace grace, CompletableFuture<Void> turn) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("end-" + runner.name())
                .start(() -> {
                    try {
                        runner.terminate(grace, turn);
                    } catch (InterruptedException stopped) {
                        runner.kill();
                        Thread.currentThread().interrupt();
                    } finally {
                        ended.complete(null);
                    }
                });
        return ended;
    }

    private void clear() {
        PodNetwork held = network;
        if (held != null) {
            held.close();
            network = null;
        }
        try {
            volumes.close();
            NodeFiles.delete(node.files().pod(uid));
            if (isGone || terminating.isDone()) {
                NodeFiles.delete(node.files().logs(uid));
            }
        } catch (IOException left) {
            LOG.warn("pod={} leaves files behind: {}", Meta.name(pod), left.toString());
        }
    }

    private void delete() {
        try {
            NodeFiles.delete(node.files().logs(uid));
            boolean held =
                    node.api()
                            .get(Resources.PODS, Meta.namespace(pod), Meta.name(pod))
                            .filter(now -> Meta.uid(now).equals(uid))
                            .isPresent();
            if (held) {
                node.api()
                        .delete(
                                Resources.PODS,
                                Meta.namespace(pod),
                                Meta.name(pod),
                                DeleteOptions.NOW);
            }
        } catch (IOException left) {
            LOG.warn("pod={} leaves logs behind: {}", Meta.name(pod), left.toString());
        } catch (ApiFault gone) {
            LOG.debug("pod={} was gone already: {}", Meta.name(pod), gone.getMessage());
        }
    }

    // The status.

    private void writeAll() {
        try {
            while (true) {
                changes.acquire();
                changes.drainPermits();
                if (isOver) {
                    // The last one is written by the pod's own thread.
                    return;
                }
                write();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void write() {
        PodStatus.Facts facts =
                new PodStatus.Facts(
                        pod,
                        address,
                        node.facts().address(),
                        began,
                        init.stream().map(runner -> runner.record().view()).toList(),
                        main.stream().map(runner -> runner.record().view()).toList(),
                        isOver,
                        failure);
        ObjectNode fresh = pod.objectNode();
        status.write(facts, fresh, node.clock().instant());
        if (fresh.equals(written)) {
            return;
        }
        try {
            var _ =
                    node.api()
                            .editStatus(
                                    Resources.PODS,
                                    Meta.namespace(pod),
                                    Meta.name(pod),
                                    held -> {
                                        // Another pod of this name is not ours to describe.
                                        if (Meta.uid(held).equals(uid)) {
                                            held.set("status", fresh.deepCopy());
                                        }
                                        return held;
                                    });
            written = fresh;
        } catch (ApiFault refused) {
            if (refused.code() != 404) {
                LOG.warn("pod={} status refused: {}", Meta.name(pod), refused.getMessage());
            }
        }
    }
}
