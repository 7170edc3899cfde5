// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.Meta;
import io.serin.local.node.image.Image;
import io.serin.local.node.mount.ContainerRoot;
import io.serin.local.node.mount.NodeFiles;
import io.serin.local.node.process.Command;
import io.serin.local.node.process.ContainerProcess;
import io.serin.local.node.process.LogFile;
import io.serin.local.node.process.StartFailure;
import io.serin.local.node.spec.ConfigFailure;
import io.serin.local.node.spec.Containers;
import io.serin.local.node.spec.Environment;
import io.serin.local.node.spec.PodFields;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one container of a pod, again and again as its restart policy says. The runs are made by one
 * virtual thread; what others see of them is in its {@link ContainerRecord}.
 */
final class ContainerRunner {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerRunner.class);
    private static final Duration CONFIG_AGAIN = Duration.ofSeconds(1);
    private static final Duration LEAST_GRACE = Duration.ofSeconds(2);
    private static final int START_FAILED = 128;
    private static final int LAST_WORDS = 4096;
    private static final int LAST_LINES = 80;

    enum Role {
        INIT,
        SIDECAR,
        MAIN
    }

    private final NodeParts node;
    private final PodPlace place;
    private final JsonNode spec;
    private final String name;
    private final Role role;
    private final RestartDelay delay;
    private final CompletableFuture<Void> up = new CompletableFuture<>();
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final ContainerRecord record;
    private final ContainerHooks hooks;

    /** Whether its turn has come; before, nothing is waited for at its end. */
    private boolean begun;

    ContainerRunner(NodeParts node, PodPlace place, JsonNode spec, Role role, boolean afterInit) {
        this.node = node;
        this.place = place;
        this.spec = spec;
        this.name = spec.path("name").asText();
        this.role = role;
        this.delay = new RestartDelay(node.restarts());
        this.record =
                new ContainerRecord(
                        place,
                        spec,
                        role == Role.INIT,
                        new ContainerState.Waiting(
                                afterInit ? "PodInitializing" : "ContainerCreating", ""));
        this.hooks = new ContainerHooks(spec, place, node.events());
    }

    Role role() {
        return role;
    }

    String name() {
        return name;
    }

    /**
     * Completes when it has started for the first time: with its startup probe, where it has one.
     */
    CompletableFuture<Void> up() {
        return up;
    }

    /** Completes with the last exit code when it will not run again. */
    CompletableFuture<Integer> ended() {
        return ended;
    }

    /** Its state, its process and its logs. */
    ContainerRecord record() {
        return record;
    }

    void start() {
        synchronized (this) {
            begun = true;
        }
        Thread.ofVirtual()
                .name(Meta.name(place.pod()) + "/" + name)
                .start(() -> {
                    int code = START_FAILED;
                    try {
                        code = runs();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException bug) {
                        LOG.error("container={} of pod={}", name, Meta.name(place.pod()), bug);
                        record.set(new ContainerState.Waiting("RunContainerError", bug.toString()));
                    } finally {
                        ended.complete(code);
                        place.changed();
                    }
                });
    }

    private int runs() throws InterruptedException {
        int code = START_FAILED;
        while (!stopping.isDone()) {
            Instant began = node.clock().instant();
            OptionalInt exit = once(began);
            if (exit.isEmpty()) {
                pause(CONFIG_AGAIN);
                continue;
            }
            code = exit.getAsInt();
            if (stopping.isDone() || !isRestarted(code)) {
                break;
            }
            Duration wait = delay.after(Duration.between(began, node.clock().instant()));
            if (wait.isPositive()) {
                String message =
                        "back-off %s restarting failed container=%s pod=%s_%s(%s)"
                                .formatted(
                                        text(wait),
                                        name,
                                        Meta.name(place.pod()),
                                        Meta.namespace(place.pod()),
                                        Meta.uid(place.pod()));
                record.waitFor("CrashLoopBackOff", message);
                warning("BackOff", "B" + message.substring(1));
                pause(wait);
            }
        }
        return code;
    }

    private static String text(Duration wait) {
        return wait.toMillis() % 1000 != 0
                ? wait.toMillis() + "ms"
                : wait.toMinutes() > 0
                        ? wait.toMinutes() + "m" + wait.toSecondsPart() + "s"
                        : wait.toSeconds() + "s";
    }

    private boolean isRestarted(int code) {
        String policy = place.pod().path("spec").path("restartPolicy").asText("Always");
        return switch (role) {
            case SIDECAR -> true;
            case INIT -> code != 0 && !policy.equals("Never");
            case MAIN ->
                    switch (policy) {
                        case "Never" -> false;
                        case "OnFailure" -> code != 0;
                        default -> true;
                    };
        };
    }

    /** Until the time is over or it is told to stop. */
    private void pause(Duration time) throws InterruptedException {
        try {
            var _ = stopping.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException timeIsOver) {
            // Go on.
        }
    }

    /** One run, to its end; empty when it could not be set up, which may change. */
    private OptionalInt once(Instant began) throws InterruptedException {
        Image found = node.images().find(spec.path("image").asText()).orElse(null);
        if (found == null) {
            String message =
                    "Container image \"%s\" is not present, and nothing is pulled here; there are: %s"
                            .formatted(
                                    spec.path("image").asText(),
                                    String.join(", ", node.images().names()));
            record.waitFor("ErrImageNeverPull", message);
            warning("ErrImageNeverPull", message);
            return OptionalInt.empty();
        }
        Path folder =
                node.files()
                        .pod(Meta.uid(place.pod()))
                        .resolve("containers")
                        .resolve(name + "-" + record.next());
        try {
            ContainerProcess running;
            try {
                running = launch(found, folder);
            } catch (ConfigFailure failed) {
                String why = String.valueOf(failed.getMessage());
                record.waitFor("CreateContainerConfigError", why);
                warning("Failed", "Error: " + why);
                return OptionalInt.empty();
            } catch (StartFailure failed) {
                return OptionalInt.of(failedToStart(began, String.valueOf(failed.getMessage())));
            } catch (IOException | UncheckedIOException failed) {
                return OptionalInt.of(failedToStart(began, failed.toString()));
            }
            return OptionalInt.of(live(running, folder));
        } finally {
            try {
                NodeFiles.delete(folder);
            } catch (IOException kept) {
                LOG.warn("a container's folder stays folder={} why={}", folder, kept.toString());
            }
        }
    }

    private int failedToStart(Instant began, String why) {
        warning("Failed", "Error: " + why);
        record.end(
                new ContainerState.Terminated(
                        START_FAILED,
                        "StartError",
                        why,
                        began,
                        node.clock().instant(),
                        record.id()));
        return START_FAILED;
    }

    private ContainerProcess launch(Image found, Path folder) throws IOException {
        JsonNode pod = place.pod();
        PodFields fields = new PodFields(pod, place.address(), node.facts());
        Map<String, String> environment = new Environment(node.api(), pod, fields).of(spec);
        Command command =
                ContainerPlan.command(pod, spec, found, NameFiles.hostname(pod), environment);
        String script =
                ContainerRoot.prepare(
                        node.files(),
                        folder,
                        found.folder(),
                        NameFiles.of(pod, place.address(), node.facts()),
                        place.volumes().binds(pod, spec, environment),
                        place.sharedMemory(),
                        spec.path("terminationMessagePath").asText(),
                        spec.path("securityContext").path("readOnlyRootFilesystem").asBoolean());
        LogFile fresh = record.begin(node.files().logs(Meta.uid(pod)));
        node.events()
                .normal(
                        pod,
                        "Pulled",
                        "Container image \"%s\" already present on machine"
                                .formatted(found.name()));
        normal("Created", "Container created: " + name);
        ContainerProcess running =
                ContainerProcess.start(
                        Meta.name(pod) + "/" + name, place.namespaces(), script, command, fresh);
        record.launched(running, found.stopSignal());
        return running;
    }

    /** From its first moment to its last. */
    private int live(ContainerProcess running, Path folder) throws InterruptedException {
        Instant since = node.clock().instant();
        record.set(new ContainerState.Running(since));
        normal("Started", "Container started: " + name);
        CompletableFuture<Integer> exit = running.exit();
        if (stopping.isDone()) {
            running.kill();
        }
        if (!hooks.postStart(running)) {
            kill(running, "FailedPostStartHook");
        }
        try (ContainerProbes probes =
                new ContainerProbes(spec, place.address(), running, health(running))) {
            if (!exit.isDone()) {
                probes.start();
            }
            int code = exit.get();
            record.end(
                    new ContainerState.Terminated(
                            code,
                            code == 0 ? "Completed" : "Error",
                            lastWords(folder, code),
                            since,
                            node.clock().instant(),
                            record.id()));
            return code;
        } catch (ExecutionException lost) {
            record.end(
                    new ContainerState.Terminated(
                            START_FAILED,
                            "ContainerStatusUnknown",
                            lost.toString(),
                            since,
                            node.clock().instant(),
                            record.id()));
            return START_FAILED;
        }
    }

    private ContainerProbes.Health health(ContainerProcess running) {
        return new ContainerProbes.Health() {
            @Override
            public void started() {
                record.started();
                up.complete(null);
            }

            @Override
            public void ready(boolean now) {
                record.ready(running, now);
            }

            @Override
            public void unhealthy(String probe, String message) {
                warning("Unhealthy", probe + " probe failed: " + message);
            }

            @Override
            public void dead(String probe, Duration grace) {
                normal(
                        "Killing",
                        "Container %s failed %s probe, will be restarted"
                                .formatted(name, probe.toLowerCase(java.util.Locale.ROOT)));
                try {
                    stop(running, new Grace(grace), CompletableFuture.completedFuture(null));
                } catch (InterruptedException itEnded) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public boolean isStopping() {
                return stopping.isDone();
            }

            @Override
            public Duration grace() {
                return Duration.ofSeconds(
                        place.pod().path("spec").path("terminationGracePeriodSeconds").asInt(30));
            }
        };
    }

    private void kill(ContainerProcess running, String reason) {
        normal("Killing", reason);
        running.kill();
    }

    private String lastWords(Path folder, int code) {
        try {
            String said = ContainerRoot.terminationMessage(folder);
            boolean fallback =
                    spec.path("terminationMessagePolicy").asText().equals("FallbackToLogsOnError");
            Optional<LogFile> held = record.log();
            if (said.isEmpty() && fallback && code != 0 && held.isPresent()) {
                try (InputStream tail = held.get().open(false, OptionalInt.of(LAST_LINES))) {
                    said = new String(tail.readAllBytes(), StandardCharsets.UTF_8);
                }
                said = said.substring(Math.max(0, said.length() - LAST_WORDS / 2));
            }
            return said.substring(0, Math.min(said.length(), LAST_WORDS));
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** Its pod goes, and it has not begun or waits: it never runs again. */
    void forbid() {
        stopping.complete(null);
        boolean never;
        synchronized (this) {
            never = !begun;
        }
        if (never) {
            ended.complete(START_FAILED);
        }
    }

    /**
     * Ends it: its hook, its signal, and what is left of the time; then by force. Returns when it
     * has ended.
     *
     * @param turn those that have to end before it, though not before its hook
     */
    void terminate(Grace grace, CompletableFuture<Void> turn) throws InterruptedException {
        forbid();
        Optional<ContainerProcess> running = record.process();
        if (running.isPresent()) {
            normal("Killing", "Stopping container " + name);
            stop(running.get(), grace, turn);
        }
        var _ = new Grace(ContainerHooks.MOST).await(ended);
    }

    private void stop(ContainerProcess running, Grace grace, CompletableFuture<Void> turn)
            throws InterruptedException {
        hooks.preStop(running, grace);
        var _ = grace.await(CompletableFuture.anyOf(turn, running.exit()));
        running.signal(record.stopSignal());
        if (!grace.atLeast(LEAST_GRACE).await(running.exit())) {
            running.kill();
        }
    }

    /** At once, with nothing asked. */
    void kill() {
        forbid();
        record.launched().ifPresent(ContainerProcess::kill);
    }

    private void normal(String reason, String message) {
        node.events().normal(place.pod(), reason, message);
    }

    private void warning(String reason, String message) {
        node.events().warning(place.pod(), reason, message);
    }

    static Role roleOfInit(JsonNode container) {
        return Containers.isSidecar(container) ? Role.SIDECAR : Role.INIT;
    }
}
