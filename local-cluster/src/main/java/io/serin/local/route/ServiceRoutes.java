// SPDX-License-Identifier: Apache-2.0
package io.serin.local.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import io.serin.local.api.Slices;
import io.serin.local.api.WatchEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's nftables table in step with Services and their endpoints. Watches write the
 * picture under this object's lock; one thread loads it, the newest only, however many changes came
 * meanwhile.
 */
public final class ServiceRoutes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceRoutes.class);
    private static final long RETRY_MILLIS = 500;

    private final Map<String, ObjectNode> services = new TreeMap<>();
    private final Map<String, ObjectNode> slices = new HashMap<>();
    private final Semaphore changed = new Semaphore(0);
    private final List<AutoCloseable> watches;
    private final Thread loader;

    private ServiceRoutes(ClusterApi api) {
        loader = Thread.ofPlatform().daemon().name("service-routes").unstarted(this::load);
        watches =
                List.of(
                        api.watch(Resources.SERVICES, event -> saw(services, event)),
                        api.watch(Resources.ENDPOINT_SLICES, event -> saw(slices, event)));
    }

    /**
     * Starts in the network namespace of the calling process.
     *
     * @param nodeAddress one of that namespace
     * @throws IOException when {@code ip} or {@code nft} refuse
     */
    public static ServiceRoutes start(ClusterApi api, String nodeAddress) throws IOException {
        // Unrouted packets never reach the rule that refuses them; local ones do.
        // The node's own connections must not come from an address of a Service.
        run(
                List.of(
                        "ip",
                        "route",
                        "replace",
                        "local",
                        Ruleset.SERVICE_ADDRESSES,
                        "dev",
                        "lo",
                        "src",
                        nodeAddress),
                "");
        ServiceRoutes routes = new ServiceRoutes(api);
        routes.loader.start();
        return routes;
    }

    private synchronized void saw(Map<String, ObjectNode> picture, WatchEvent event) {
        String key = Meta.namespace(event.object()) + "/" + Meta.name(event.object());
        if (event.type() == WatchEvent.Type.DELETED) {
            picture.remove(key);
        } else {
            picture.put(key, event.object());
        }
        changed.release();
    }

    private synchronized String ruleset() {
        return Ruleset.of(services.values(), Slices.byService(slices.values()));
    }

    private void load() {
        String loaded = "";
        try {
            while (true) {
                changed.acquire();
                changed.drainPermits();
                String wanted = ruleset();
                if (wanted.equals(loaded)) {
                    continue;
                }
                try {
                    run(List.of("nft", "-f", "-"), wanted);
                    loaded = wanted;
                } catch (IOException refused) {
                    LOG.error("Services are not routed: {}", refused.getMessage());
                    Thread.sleep(RETRY_MILLIS);
                    changed.release();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(List<String> command, String input) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // Its output has ended, hence it has too.
        int code = process.onExit().join().exitValue();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
    }

    @Override
    public void close() {
        loader.interrupt();
        for (AutoCloseable watch : watches) {
            try {
                watch.close();
            } catch (Exception broken) {
                LOG.debug("a watch", broken);
            }
        }
    }
}
