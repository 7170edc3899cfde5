// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.Revision;
import io.serin.proxy.redirect.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent and the step that waits for it, in a real network namespace. Needs root. */
class NodeAgentIT {

    private static final List<String> FLAGS =
            List.of("-u", "1337", "-i", "*", "-x", "", "-b", "*", "-d", "15090,15021,15020");

    private static final int SECONDS = 25;

    private final String pod = "node-agent-" + ProcessHandle.current().pid();

    /** Of this test alone, since every agent of a machine sees all of its processes. */
    private final String revision = "it-" + ProcessHandle.current().pid();

    @TempDir Path temp;
    private Thread agent = new Thread();

    @BeforeAll
    static void needs() {
        Needs.redirection();
    }

    @BeforeEach
    void makePod() throws Exception {
        ip("netns", "add", pod);
        inPod("ip", "link", "set", "lo", "up");
        inPod("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "far");
        inPod("ip", "addr", "add", "10.244.1.5/24", "dev", "eth0");
        inPod("ip", "link", "set", "far", "up");
        inPod("ip", "link", "set", "eth0", "up");
    }

    @AfterEach
    void removePod() throws Exception {
        agent.interrupt();
        agent.join();
        ip("netns", "del", pod);
    }

    @Test
    void aPodWaitsUntilItsAgentHasSetItsRules() throws Exception {
        Process step = step(pod, revision, FLAGS);
        assertThat(step.waitFor(2, TimeUnit.SECONDS)).as("it waits").isFalse();
        assertThat(rules()).isEmpty();

        start();

        assertThat(step.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(step.exitValue()).isZero();
        assertThat(rules()).contains("table ip serin_redirect {").doesNotContain("table ip6");
        assertThat(Files.exists(temp.resolve("looked"))).isTrue();
    }

    @Test
    void bothFamiliesAreProvedWhereThePodHasBoth() throws Exception {
        inPod("ip", "-6", "addr", "add", "fd00::5/64", "dev", "eth0", "nodad");
        start();

        Process step = step(pod, revision, FLAGS);

        assertThat(step.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(step.exitValue()).isZero();
        assertThat(rules()).contains("table ip serin_redirect {", "table ip6 serin_redirect {");
        assertThat(inPod("ip", "-6", "addr", "show", "dev", "lo")).contains("inet6 ::6/128");
    }

    /** What runs in the pod later must not talk the agent out of it. */
    @Test
    void rulesThatAreThereStay() throws Exception {
        start();
        assertThat(step(pod, revision, FLAGS).waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        String first = rules();

        Process step = step(pod, revision, List.of("-i", "", "-b", ""));

        assertThat(step.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(rules()).isEqualTo(first).contains("everything else");
    }

    @Test
    void anotherRevisionsPodIsLeftAlone() throws Exception {
        start();

        Process step = step(pod, revision + "-other", FLAGS);

        assertThat(step.waitFor(3, TimeUnit.SECONDS)).isFalse();
        assertThat(rules()).isEmpty();
        step.destroyForcibly().waitFor();
    }

    @Test
    void theNodesOwnNetworkIsNeverTouched() throws Exception {
        start();

        Process step = step("", revision, FLAGS);

        assertThat(step.waitFor(3, TimeUnit.SECONDS)).isFalse();
        step.destroyForcibly().waitFor();
        assertThat(run("nft", "list", "tables")).doesNotContain("serin_redirect");
    }

    /** As root, who has to call as the proxy would. */
    @Test
    void aPodThatMaySetsItsRulesAndProvesThemItself() throws Exception {
        Process step = program(pod, FLAGS, List.of("--run-validation"));

        assertThat(step.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(step.exitValue()).isZero();
        assertThat(rules()).contains("table ip serin_redirect {");
    }

    private void start() {
        agent =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                new NodeAgent(
                                                Path.of("/proc"),
                                                List.of("self"),
                                                new Revision(revision),
                                                temp.resolve("looked"))
                                        .run();
                            } catch (IOException fault) {
                                throw new IllegalStateException(fault);
                            } catch (InterruptedException ended) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    private static Process step(String namespace, String revision, List<String> flags)
            throws IOException {
        return program(
                namespace,
                flags,
                List.of("--run-validation", "--skip-rule-apply", "--revision", revision));
    }

    private static Process program(String namespace, List<String> flags, List<String> more)
            throws IOException {
        List<String> java =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.serin.proxy.main.ProxyMain",
                                "redirect"));
        java.addAll(flags);
        java.addAll(more);
        // As one word: a program is not to be found before it is where it belongs.
        String line = "exec " + "'" + String.join("' '", java) + "'";
        List<String> command = new ArrayList<>();
        if (!namespace.isEmpty()) {
            command.addAll(List.of("ip", "netns", "exec", namespace));
        }
        command.addAll(List.of("sh", "-c", line));
        return new ProcessBuilder(command).inheritIO().start();
    }

    private String rules() throws Exception {
        return inPod("nft", "list", "ruleset");
    }

    private String inPod(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", pod));
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new));
    }

    private static void ip(String... args) throws Exception {
        List<String> all = new ArrayList<>(List.of("ip"));
        all.addAll(List.of(args));
        run(all.toArray(String[]::new));
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
        return output;
    }
}
