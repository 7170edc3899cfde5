// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client in a pod that sends at a constant rate, read from its log: one line of counts a second.
 * Read by a thread of its own.
 */
public final class Load implements AutoCloseable {

    /**
     * Requests per second, for stories that restart pods. A JVM that is new spends seconds of CPU
     * on itself and answers slowly; at 200 a second nine of them, and the proxies beside them, want
     * more than the two cores of a small machine, and what is lost then says nothing of the mesh.
     */
    static final int WHILE_PODS_START = 50;

    /** Calm: no more answers are due than a twentieth of a second's requests. */
    private static final int CALM = 20;

    private final Kubectl kubectl;
    private final String namespace;
    private Process log;
    private Thread reader;
    private final List<JsonNode> seconds = new CopyOnWriteArrayList<>();

    private Load(Kubectl kubectl, String namespace) {
        this.kubectl = kubectl;
        this.namespace = namespace;
        this.log = follow();
        this.reader = startReader(log);
    }

    private Process follow() {
        return kubectl.start("logs -f client -c client -n " + namespace);
    }

    private Thread startReader(Process of) {
        return Thread.startVirtualThread(() -> read(of));
    }

    /** Where the API server was away, and the log with it: from its beginning. */
    public void followAgain() {
        log.destroy();
        awaitReader();
        seconds.clear();
        log = follow();
        reader = startReader(log);
    }

    static Load start(Kubectl kubectl, String namespace, String url, int rate) {
        kubectl.attemptApply(Cast.client(url, rate), "-n", namespace).orFail();
        kubectl.run(
                "wait pod/client -n %s --for=condition=Ready --timeout=60s".formatted(namespace));
        Load load = new Load(kubectl, namespace);
        // Until then all on the path are new, and their cores busy with compiling them.
        Waiting.until("a second with hardly an answer due", () -> load.isCalm(rate));
        return load;
    }

    /**
     * How requests ended.
     *
     * @param versions answers by the version of the last server on the path
     * @param lastFailure the last one's cause, or empty
     */
    public record Counts(
            long sent,
            long succeeded,
            long failed,
            long outstanding,
            Map<String, Long> versions,
            String lastFailure) {

        /** The share of a version among all answers, in percent. */
        public double percent(String version) {
            return 100.0 * versions.getOrDefault(version, 0L) / succeeded;
        }
    }

    /** How many whole seconds are reported: a mark for {@link #since}. */
    public int mark() {
        return seconds.size();
    }

    /** The counts of all seconds from a mark on. */
    public Counts since(int mark) {
        long sent = 0;
        long succeeded = 0;
        long failed = 0;
        long outstanding = 0;
        String lastFailure = "";
        Map<String, Long> versions = new TreeMap<>();
        for (JsonNode second : seconds.subList(mark, seconds.size())) {
            sent += second.path("sent").asLong();
            succeeded += second.path("succeeded").asLong();
            failed += second.path("failed").asLong();
            outstanding = second.path("outstanding").asLong();
            lastFailure = second.path("lastFailure").asText(lastFailure);
            for (Map.Entry<String, JsonNode> version : second.path("versions").properties()) {
                versions.merge(version.getKey(), version.getValue().asLong(), Long::sum);
            }
        }
        return new Counts(sent, succeeded, failed, outstanding, versions, lastFailure);
    }

    private boolean isCalm(int rate) {
        return !seconds.isEmpty() && lastSecond().outstanding() <= rate / CALM;
    }

    /** The counts of the last whole second. */
    public Counts lastSecond() {
        return since(seconds.size() - 1);
    }

    /** Lets so many more seconds of load go by. */
    public void awaitSeconds(int more) {
        int goal = seconds.size() + more;
        Waiting.until(more + " more seconds of load", () -> seconds.size() >= goal);
    }

    /** Lets load go by until so many requests were answered since a mark. */
    public Counts awaitAnswers(int mark, long answers) {
        Waiting.until(answers + " answers", () -> since(mark).succeeded() >= answers);
        return since(mark);
    }

    /**
     * Stops the client, waits for the answers still due, and returns the counts of the whole run.
     */
    public Counts stop() {
        kubectl.run("delete pod client --wait=false -n " + namespace);
        awaitReader();
        JsonNode last = seconds.getLast();
        if (!last.path("final").asBoolean()) {
            throw new AssertionError("the client ended without its last line; before: " + last);
        }
        return since(seconds.size() - 1);
    }

    @Override
    public void close() {
        log.destroy();
    }

    private void awaitReader() {
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the client's log ends", e);
        }
    }

    private void read(Process of) {
        try (BufferedReader lines = of.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    seconds.add(Kubectl.parse(line));
                }
            }
        } catch (IOException _) {
            // Closed: the story is over.
        }
    }
}
