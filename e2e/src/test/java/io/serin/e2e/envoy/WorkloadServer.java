// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.envoy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serin.api.name.HostPort;
import io.serin.e2e.cluster.Program;
import io.serin.workload.server.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The demo's server, which knows nothing of the mesh, as a process at a free port. */
public final class WorkloadServer implements AutoCloseable {

    private final Process process;
    private final HostPort address;

    private WorkloadServer(Process process, HostPort address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts it, and waits until it listens.
     *
     * @param place makes the command run where the server should be
     * @param host the address of that place
     */
    public static WorkloadServer start(
            String service, String version, UnaryOperator<List<String>> place, String host) {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        Server.class.getProtectionDomain().getCodeSource().getLocation().getPath(),
                        Server.class.getName(),
                        "--service",
                        service,
                        "--version",
                        version,
                        "--port",
                        "0");
        Process process = Program.start(Map.of(), place.apply(command));
        return new WorkloadServer(process, new HostPort(host, port(process)));
    }

    public HostPort address() {
        return address;
    }

    /** Reads the line that it prints once it listens. */
    private static int port(Process process) {
        BufferedReader out = process.inputReader(UTF_8);
        try {
            @Nullable String line = out.readLine();
            if (line == null) {
                throw new AssertionError(
                        "the server ended: "
                                + new String(process.getErrorStream().readAllBytes(), UTF_8));
            }
            return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        // Its exit is awaited, because its namespace has to be empty before it is taken away.
        process.destroyForcibly().onExit().join();
    }
}
