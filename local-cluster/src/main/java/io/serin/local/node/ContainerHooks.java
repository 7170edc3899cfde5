// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.node.probe.Check;
import io.serin.local.node.probe.Checks;
import io.serin.local.node.process.ContainerProcess;
import io.serin.local.node.spec.ConfigFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What a container asks for after its start and before its end: {@code lifecycle}. Blocks. */
final class ContainerHooks {

    /** For one that has no end of its own. */
    static final Duration MOST = Duration.ofMinutes(10);

    private final JsonNode spec;
    private final PodPlace place;
    private final PodEvents events;

    ContainerHooks(JsonNode spec, PodPlace place, PodEvents events) {
        this.spec = spec;
        this.place = place;
        this.events = events;
    }

    /** Whether the container may go on. */
    boolean postStart(ContainerProcess running) throws InterruptedException {
        JsonNode hook = spec.path("lifecycle").path("postStart");
        if (!hook.isObject()) {
            return true;
        }
        Check.Outcome outcome = run(hook, running, MOST);
        if (!outcome.success()) {
            warning("FailedPostStartHook", "PostStartHook failed: " + outcome.message());
        }
        return outcome.success() || running.exit().isDone();
    }

    /** Returns when it is done, the container has ended or the time is over. */
    void preStop(ContainerProcess running, Grace grace) throws InterruptedException {
        JsonNode hook = spec.path("lifecycle").path("preStop");
        if (!hook.isObject() || grace.isOver()) {
            return;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Check.Outcome outcome = run(hook, running, grace.left());
                                if (!outcome.success()) {
                                    warning(
                                            "FailedPreStopHook",
                                            "PreStopHook failed: " + outcome.message());
                                }
                            } catch (InterruptedException tooLate) {
                                Thread.currentThread().interrupt();
                            } finally {
                                done.complete(null);
                            }
                        });
        if (!grace.await(CompletableFuture.anyOf(done, running.exit()))) {
            thread.interrupt();
        }
    }

    private Check.Outcome run(JsonNode hook, ContainerProcess running, Duration most)
            throws InterruptedException {
        if (hook.has("sleep")) {
            Duration asked = Duration.ofSeconds(hook.path("sleep").path("seconds").asLong());
            Grace time = new Grace(asked.compareTo(most) < 0 ? asked : most);
            var _ = time.await(running.exit());
            return new Check.Outcome(true, "");
        }
        try {
            return Checks.of(hook, spec, place.address(), running).ask(most);
        } catch (ConfigFailure failed) {
            return new Check.Outcome(false, String.valueOf(failed.getMessage()));
        }
    }

    private void warning(String reason, String message) {
        events.warning(place.pod(), reason, message);
    }
}
