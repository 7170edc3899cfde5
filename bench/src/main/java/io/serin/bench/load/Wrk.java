// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.load;

import io.serin.bench.process.Child;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much as goes: wrk, a closed loop, for what a request costs and never for how long it takes.
 */
public final class Wrk {

    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)(ms|s|m)");
    private static final Pattern FAILED =
            Pattern.compile("Non-2xx or 3xx responses: (\\d+)|Socket errors: (.*)");

    /**
     * What came of it.
     *
     * @param requests answered
     * @param failure what wrk complains of; empty when nothing
     */
    public record Outcome(long requests, double seconds, String failure) {

        /** Reads what wrk prints. */
        static Outcome parse(String said) throws IOException {
            Matcher requests = REQUESTS.matcher(said);
            if (!requests.find()) {
                throw new IOException("wrk said nothing of requests:\n" + said);
            }
            double unit =
                    switch (requests.group(3)) {
                        case "ms" -> 1e-3;
                        case "m" -> 60;
                        default -> 1;
                    };
            Matcher failed = FAILED.matcher(said);
            return new Outcome(
                    Long.parseLong(requests.group(1)),
                    Double.parseDouble(requests.group(2)) * unit,
                    failed.find() ? failed.group() : "");
        }
    }

    private final Path program;
    private final Path script;
    private final Path folder;
    private final String cpus;

    /**
     * @param script Lua, what each request looks like
     * @param folder for its output
     * @param cpus where it runs
     */
    public Wrk(Path program, Path script, Path folder, String cpus) {
        this.program = program;
        this.script = script;
        this.folder = folder;
        this.cpus = cpus;
    }

    /** Loads for whole seconds, and waits. */
    public Outcome load(InetSocketAddress to, int connections, int seconds)
            throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        program.toString(),
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "-s",
                        script.toAbsolutePath().toString(),
                        "http://"
                                + to.getAddress().getHostAddress()
                                + ":"
                                + to.getPort()
                                + "/reviews/42");
        try (Child wrk = Child.start("wrk", cpus, folder, Map.of(), command)) {
            wrk.await();
            return Outcome.parse(wrk.output());
        }
    }
}
