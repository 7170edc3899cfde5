// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.Meta;
import io.serin.local.node.process.ContainerProcess;
import io.serin.local.node.process.LogFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What others see of a container's runs: its state, its process and its logs. Written by who runs
 * it and by its probes; any thread, under this object's lock.
 */
final class ContainerRecord {

    private static final long LOG_BYTES = 4 << 20;
    private static final int TERM = 15;

    private final PodPlace place;
    private final JsonNode spec;
    private final String name;
    private final boolean isInit;

    private ContainerState state;
    private Optional<ContainerState.Terminated> last = Optional.empty();
    private boolean ready;
    private boolean started;
    private int runs;

    /** The run that the state is of: the next one counts from when it runs or has failed. */
    private int shown;

    private @Nullable ContainerProcess process;
    private int stopSignal = TERM;
    private @Nullable LogFile log;
    private @Nullable LogFile previousLog;

    /**
     * @param isInit whether it is ready when it has ended well
     */
    ContainerRecord(PodPlace place, JsonNode spec, boolean isInit, ContainerState first) {
        this.place = place;
        this.spec = spec;
        this.name = spec.path("name").asText();
        this.isInit = isInit;
        this.state = first;
    }

    synchronized ContainerView view() {
        return new ContainerView(
                spec,
                state,
                last,
                ready || isCompletedInit(),
                started,
                Math.max(0, shown - 1),
                id(shown));
    }

    private boolean isCompletedInit() {
        return isInit
                && state instanceof ContainerState.Terminated terminated
                && terminated.exitCode() == 0;
    }

    /** Of the run that is or was last. */
    synchronized String id() {
        return id(runs);
    }

    /** Empty before the first. */
    private String id(int run) {
        return run == 0 ? "" : "serin://" + Meta.uid(place.pod()) + "/" + name + "/" + run;
    }

    /** The number of the run that comes next. */
    synchronized int next() {
        return runs + 1;
    }

    /** The process that runs now. */
    synchronized Optional<ContainerProcess> process() {
        return state instanceof ContainerState.Running ? launched() : Optional.empty();
    }

    /** The process that runs now, or will in a moment. */
    synchronized Optional<ContainerProcess> launched() {
        return Optional.ofNullable(process);
    }

    synchronized int stopSignal() {
        return stopSignal;
    }

    /**
     * @throws ApiFault 400 when it has not started
     */
    synchronized LogFile log(boolean previous) {
        LogFile held = previous ? previousLog : log;
        if (held == null) {
            throw ApiFault.of(
                    400,
                    "BadRequest",
                    previous
                            ? "previous terminated container \"%s\" in pod \"%s\" not found"
                                    .formatted(name, Meta.name(place.pod()))
                            : "container \"%s\" in pod \"%s\" is waiting to start: %s"
                                    .formatted(
                                            name,
                                            Meta.name(place.pod()),
                                            state instanceof ContainerState.Waiting waiting
                                                    ? waiting.reason()
                                                    : "ContainerCreating"));
        }
        return held;
    }

    /** The log of the run that is or was last; empty before the first. */
    synchronized Optional<LogFile> log() {
        return Optional.ofNullable(log);
    }

    /**
     * A new run begins.
     *
     * @param folder of its pod's logs
     * @return where it writes
     */
    synchronized LogFile begin(Path folder) throws IOException {
        if (previousLog != null) {
            previousLog.delete();
        }
        runs++;
        LogFile fresh = new LogFile(folder.resolve(name).resolve(runs + ".log"), LOG_BYTES);
        previousLog = log;
        log = fresh;
        return fresh;
    }

    synchronized void launched(ContainerProcess running, int signal) {
        process = running;
        stopSignal = signal;
    }

    void started() {
        synchronized (this) {
            started = true;
        }
        place.changed();
    }

    /** Says nothing of a run that is over. */
    void ready(ContainerProcess running, boolean now) {
        synchronized (this) {
            if (process != running || !(state instanceof ContainerState.Running)) {
                return;
            }
            ready = now;
        }
        place.changed();
    }

    void waitFor(String reason, String message) {
        synchronized (this) {
            if (state instanceof ContainerState.Terminated terminated) {
                last = Optional.of(terminated);
            }
        }
        set(new ContainerState.Waiting(reason, message));
    }

    void end(ContainerState.Terminated terminated) {
        synchronized (this) {
            process = null;
        }
        set(terminated);
    }

    void set(ContainerState next) {
        synchronized (this) {
            if (next.equals(state)) {
                return;
            }
            if (next instanceof ContainerState.Running
                    && state instanceof ContainerState.Terminated terminated) {
                last = Optional.of(terminated);
            }
            if (!(next instanceof ContainerState.Waiting)) {
                shown = runs;
            }
            state = next;
            ready = false;
            started = false;
        }
        place.changed();
    }
}
