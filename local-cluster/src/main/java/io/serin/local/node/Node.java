// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Execution;
import io.serin.local.api.Meta;
import io.serin.local.api.PodAccess;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.api.WatchEvent;
import io.serin.local.node.mount.NodeFiles;
import io.serin.local.node.network.NodeNetwork;
import io.serin.local.node.process.ContainerProcess;
import io.serin.local.node.spec.NodeFacts;
import io.serin.local.node.volume.PodVolumes;
import io.serin.local.node.volume.ServiceAccountTokens;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node: runs the pods that are bound to it, in the network and mount namespace of this process,
 * and keeps their status true. Nothing of it outlives the process but files in its own folder.
 */
public final class Node implements PodAccess, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration REFRESH = Duration.ofSeconds(20);
    private static final long CLOSE_SECONDS = 5;

    private final NodeParts parts;
    private final Map<String, PodRunner> pods = new ConcurrentHashMap<>();
    private final List<AutoCloseable> watches = new ArrayList<>();
    private final Thread refresher;
    private volatile boolean closed;

    private Node(NodeParts parts) {
        this.parts = parts;
        this.refresher = Thread.ofVirtual().name("token-refresh").unstarted(this::refresh);
    }

    /**
     * Prepares the node's folder and network and begins to run pods.
     *
     * @throws IOException when the system refuses a mount or an address
     */
    public static Node start(
            NodeSettings settings, ClusterApi api, ServiceAccountTokens tokens, InstantSource clock)
            throws IOException {
        return start(settings, api, tokens, clock, RestartDelay.KUBELET);
    }

    static Node start(
            NodeSettings settings,
            ClusterApi api,
            ServiceAccountTokens tokens,
            InstantSource clock,
            RestartDelay.Rule restarts)
            throws IOException {
        NodeNetwork.prepare();
        NodeFacts facts =
                new NodeFacts(
                        settings.name(),
                        NodeNetwork.ADDRESS,
                        settings.dnsAddress(),
                        Runtime.getRuntime().availableProcessors(),
                        memory());
        Node node =
                new Node(
                        new NodeParts(
                                api,
                                settings.images(),
                                tokens,
                                facts,
                                NodeFiles.open(settings.home()),
                                new NodeNetwork(),
                                new PodEvents(api, clock),
                                restarts,
                                clock));
        node.watch();
        return node;
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }

    private void watch() {
        watches.add(parts.api().watch(Resources.PODS, this::saw));
        for (Resource kind : List.of(Resources.CONFIG_MAPS, Resources.SECRETS)) {
            watches.add(parts.api().watch(kind, event -> shown(kind, event)));
        }
        refresher.start();
    }

    private void saw(WatchEvent event) {
        ObjectNode pod = event.object();
        String uid = Meta.uid(pod);
        switch (event.type()) {
            case ADDED, MODIFIED -> {
                if (closed
                        || !pod.path("spec")
                                .path("nodeName")
                                .asText()
                                .equals(parts.facts().name())) {
                    return;
                }
                PodRunner held = pods.get(uid);
                if (held != null) {
                    held.update(pod);
                    return;
                }
                PodRunner runner = new PodRunner(parts, pod);
                pods.put(uid, runner);
                var _ = runner.done().thenRun(() -> pods.remove(uid, runner));
                runner.update(pod);
                runner.start();
            }
            case DELETED -> {
                PodRunner held = pods.get(uid);
                if (held != null) {
                    held.gone();
                }
            }
        }
    }

    private void shown(Resource kind, WatchEvent event) {
        ObjectNode object = event.object();
        for (PodRunner runner : pods.values()) {
            if (Meta.namespace(runner.pod()).equals(Meta.namespace(object))
                    && PodVolumes.shows(runner.pod(), kind, Meta.name(object))) {
                runner.refresh();
            }
        }
    }

    private void refresh() {
        try {
            while (true) {
                Thread.sleep(REFRESH);
                pods.values().forEach(PodRunner::refresh);
            }
        } catch (InterruptedException closing) {
            // The node stops.
        }
    }

    private PodRunner pod(String namespace, String name) {
        return pods.values().stream()
                .filter(runner ->
                        Meta.namespace(runner.pod()).equals(namespace)
                                && Meta.name(runner.pod()).equals(name))
                .findFirst()
                .orElseThrow(() -> ApiFault.of(404, "NotFound", "pods \"" + name + "\" not found"));
    }

    private ContainerRunner container(String namespace, String pod, String container) {
        return pod(namespace, pod)
                .container(container)
                .orElseThrow(() ->
                        ApiFault.of(
                                400,
                                "BadRequest",
                                "container %s is not valid for pod %s".formatted(container, pod)));
    }

    @Override
    public InputStream logs(
            String namespace,
            String pod,
            String container,
            boolean follow,
            OptionalInt tailLines,
            boolean previous)
            throws IOException {
        return container(namespace, pod, container).record().log(previous).open(follow, tailLines);
    }

    @Override
    public Execution exec(
            String namespace,
            String pod,
            String container,
            List<String> command,
            boolean stdin,
            boolean tty)
            throws IOException {
        if (tty) {
            throw ApiFault.of(
                    400,
                    "BadRequest",
                    "local-cluster does not do terminals: leave out -t (kubectl exec -i works)");
        }
        if (command.isEmpty()) {
            throw ApiFault.of(400, "BadRequest", "you must specify at least 1 command");
        }
        ContainerProcess process =
                container(namespace, pod, container)
                        .record()
                        .process()
                        .orElseThrow(() ->
                                ApiFault.of(
                                        400,
                                        "BadRequest",
                                        "container %s in pod %s is not running"
                                                .formatted(container, pod)));
        return process.run(command, stdin);
    }

    @Override
    public SocketChannel connect(String namespace, String pod, int port) throws IOException {
        return pod(namespace, pod).connect(port);
    }

    @Override
    public InetSocketAddress address(String namespace, String pod, int port) {
        String address = pod(namespace, pod).address();
        if (address.isEmpty()) {
            throw ApiFault.of(400, "BadRequest", "pod " + pod + " has no address yet");
        }
        return new InetSocketAddress(address, port);
    }

    /** Ends all pods at once, and clears the node's folder. Their objects stay as they are. */
    @Override
    public void close() throws IOException {
        closed = true;
        refresher.interrupt();
        for (AutoCloseable watch : watches) {
            try {
                watch.close();
            } catch (Exception failed) {
                LOG.debug("a watch did not close: {}", failed.toString());
            }
        }
        List<PodRunner> running = List.copyOf(pods.values());
        running.forEach(PodRunner::gone);
        CompletableFuture<?>[] ends =
                running.stream().map(PodRunner::done).toArray(CompletableFuture[]::new);
        try {
            var _ = CompletableFuture.allOf(ends).get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException left) {
            LOG.warn("not all pods have ended: {}", left.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        parts.events().close();
        parts.files().close();
    }
}
