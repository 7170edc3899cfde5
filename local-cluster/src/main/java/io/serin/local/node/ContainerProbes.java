// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.node.probe.Check;
import io.serin.local.node.probe.Checks;
import io.serin.local.node.probe.ProbeTiming;
import io.serin.local.node.probe.Prober;
import io.serin.local.node.process.ContainerProcess;
import io.serin.local.node.spec.ConfigFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The probes of one run of a container: the startup probe alone until it succeeds, then readiness
 * and liveness. When the pod goes, only readiness is still asked.
 */
final class ContainerProbes implements AutoCloseable {

    /** What is learnt; called on the probes' threads. */
    interface Health {
        void started();

        void ready(boolean now);

        void unhealthy(String probe, String message);

        /** Ends the container; returns when that is done. */
        void dead(String probe, Duration grace);

        boolean isStopping();

        Duration grace();
    }

    private final JsonNode container;
    private final String address;
    private final ContainerProcess process;
    private final Health health;
    private final long began = System.nanoTime();
    private final List<Prober> probers = new ArrayList<>();
    private boolean closed;

    ContainerProbes(JsonNode container, String address, ContainerProcess process, Health health) {
        this.container = container;
        this.address = address;
        this.process = process;
        this.health = health;
    }

    void start() {
        if (!container.path("startupProbe").isObject()) {
            afterStart();
            return;
        }
        boolean[] over = new boolean[1];
        probe(
                "startupProbe",
                "Startup",
                () -> over[0] || health.isStopping(),
                new Ear("Startup") {
                    @Override
                    public void succeeded() {
                        over[0] = true;
                        afterStart();
                    }

                    @Override
                    public void failed(String message) {
                        over[0] = true;
                        dead("Startup", "startupProbe");
                    }
                });
    }

    private void afterStart() {
        health.started();
        if (container.path("readinessProbe").isObject()) {
            probe(
                    "readinessProbe",
                    "Readiness",
                    () -> false,
                    new Ear("Readiness") {
                        @Override
                        public void succeeded() {
                            health.ready(true);
                        }

                        @Override
                        public void failed(String message) {
                            health.ready(false);
                        }
                    });
        } else {
            health.ready(true);
        }
        if (container.path("livenessProbe").isObject()) {
            boolean[] over = new boolean[1];
            probe(
                    "livenessProbe",
                    "Liveness",
                    () -> over[0] || health.isStopping(),
                    new Ear("Liveness") {
                        @Override
                        public void succeeded() {}

                        @Override
                        public void failed(String message) {
                            over[0] = true;
                            dead("Liveness", "livenessProbe");
                        }
                    });
        }
    }

    private abstract class Ear implements Prober.Listener {
        private final String probe;

        private Ear(String probe) {
            this.probe = probe;
        }

        @Override
        public void unhealthy(String message) {
            health.unhealthy(probe, message);
        }

        /** On a thread of its own: the container's end closes the probers. */
        void dead(String which, String field) {
            JsonNode own = container.path(field).path("terminationGracePeriodSeconds");
            Duration grace = own.isInt() ? Duration.ofSeconds(own.asInt()) : health.grace();
            Thread.ofVirtual().start(() -> health.dead(which, grace));
        }
    }

    private synchronized void probe(
            String field, String which, BooleanSupplier until, Prober.Listener listener) {
        if (closed) {
            return;
        }
        JsonNode probe = container.path(field);
        Check check;
        try {
            check = Checks.of(probe, container, address, process);
        } catch (ConfigFailure failed) {
            // The same each time: as a check that always fails.
            check = _ -> new Check.Outcome(false, String.valueOf(failed.getMessage()));
        }
        probers.add(
                Prober.start(
                        which + "-" + container.path("name").asText(),
                        ProbeTiming.of(probe),
                        check,
                        Duration.ofNanos(System.nanoTime() - began),
                        until,
                        listener));
    }

    @Override
    public synchronized void close() {
        closed = true;
        probers.forEach(Prober::close);
    }
}
