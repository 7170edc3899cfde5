// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the scenarios of {@link NodeTestMain} in namespaces of their own, and looks what is left of
 * them.
 */
class NodeIT {

    /** What the container's program becomes. */
    private static final String IN_THE_POD = "sleep 1000 ";

    @TempDir Path home;

    private String linksBefore = "";

    @BeforeEach
    void needsRoot() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/proc/sys/kernel/hostname")),
                "namespaces are made as root here");
        linksBefore = links();
    }

    @AfterEach
    void leavesNothing() throws Exception {
        assertThat(processes()).isEmpty();
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(home.toString());
        assertThat(links()).isEqualTo(linksBefore);
    }

    private static String links() throws Exception {
        Process ip = new ProcessBuilder("ip", "-brief", "address").start();
        return new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("pod") || line.startsWith("lo"))
                .toList()
                .toString();
    }

    /**
     * The command lines of those that name this test's folder, or see a mount of it: all that run
     * in a pod, whatever their names are.
     */
    private List<String> processes() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.toList()) {
                String line = read(process.resolve("cmdline")).replace('\0', ' ');
                String mounts = read(process.resolve("mountinfo"));
                if ((line + mounts).contains(home.getFileName().toString())) {
                    found.add(line);
                }
            }
        }
        return found;
    }

    /** Empty of what is no process, or none any more. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException noProcess) {
            return "";
        }
    }

    private Process start(List<String> scenarios) throws IOException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--net",
                                "--mount",
                                "--pid",
                                "--fork",
                                "--kill-child",
                                "--mount-proc",
                                System.getProperty("java.home") + "/bin/java",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-UsePerfData",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                NodeTestMain.class.getName(),
                                home.toString()));
        words.addAll(scenarios);
        return new ProcessBuilder(words).redirectErrorStream(true).start();
    }

    /** Each scenario's failure; empty where it went well. */
    private Map<String, String> results(Process process, List<String> scenarios)
            throws IOException, InterruptedException {
        Map<String, String> results = new TreeMap<>();
        StringBuilder other = new StringBuilder();
        String current = "";
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("ok ")) {
                    results.put(line.substring(3), "");
                } else if (line.startsWith("failed ")) {
                    current = line.substring(7);
                    results.put(current, line);
                } else if (line.startsWith("  ") && !current.isEmpty()) {
                    results.merge(current, line, (before, more) -> before + "\n" + more);
                } else {
                    other.append(line).append('\n');
                }
            }
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        for (String scenario : scenarios) {
            results.putIfAbsent(scenario, "did not run:\n" + other);
        }
        return results;
    }

    @TestFactory
    Stream<DynamicTest> node() throws Exception {
        List<String> scenarios = NodeTestMain.scenarios().map(Method::getName).sorted().toList();
        Map<String, String> results = results(start(scenarios), scenarios);
        return results.entrySet().stream()
                .map(result ->
                        DynamicTest.dynamicTest(
                                result.getKey(), () -> assertThat(result.getValue()).isEmpty()));
    }

    @Test
    void leavesNothingButItsFolderWhenItIsKilledAndStartsAgain() throws Exception {
        Process killed = start(List.of("holdsAPod"));
        try (BufferedReader output = killed.inputReader()) {
            String line = output.readLine();
            while (line != null && !line.equals("holding")) {
                line = output.readLine();
            }
            assertThat(line).isEqualTo("holding");
            // Else a look that finds nothing, below, would prove nothing.
            org.awaitility.Awaitility.await().until(() -> processes().contains(IN_THE_POD));
            killed.destroyForcibly();
            assertThat(killed.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        org.awaitility.Awaitility.await().until(() -> processes().isEmpty());
        leavesNothing();
        List<String> again = List.of("runsAContainerWithAnAddressLogsAndReadiness");
        assertThat(results(start(again), again)).containsValue("").hasSize(1);
        try (Stream<Path> left = Files.list(home.resolve("node"))) {
            assertThat(left).isEmpty();
        }
    }
}
