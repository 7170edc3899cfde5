// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.node;

import io.serin.api.name.Revision;
import io.serin.proxy.redirect.Redirect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Answers the redirect steps of one revision's pods on this node. Sees all processes of the node,
 * and needs the capabilities SYS_PTRACE, to find out which network namespace one is in, SYS_ADMIN,
 * to go there, and NET_ADMIN, to set rules.
 *
 * <p>One thread looks; each request has one of its own, which stays in the pod's network namespace
 * until it ends.
 */
public final class NodeAgent {

    private static final Logger LOG = Logger.getLogger("node");

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    /** Requests that are answered at a time; the others wait for a later look. */
    private static final int AT_ONCE = 16;

    private final Path proc;
    private final List<String> owners;
    private final Revision revision;
    private final Path looked;
    private final Newcomers newcomers = new Newcomers(BETWEEN_LOOKS);
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Queue<Integer> failed = new ConcurrentLinkedQueue<>();

    /**
     * @param proc where processes are
     * @param owners those whose network namespaces are never touched
     * @param looked a file whose time is that of the last look
     */
    NodeAgent(Path proc, List<String> owners, Revision revision, Path looked) {
        this.proc = proc;
        this.owners = List.copyOf(owners);
        this.revision = revision;
        this.looked = looked;
    }

    /**
     * Of this node, whose first process is in the node's own network namespace.
     *
     * @param looked a file whose time is that of the last look
     */
    public static NodeAgent here(Revision revision, Path looked) {
        return new NodeAgent(Path.of("/proc"), List.of("1", "self"), revision, looked);
    }

    /**
     * Looks, until its thread is interrupted.
     *
     * @throws IOException when it can't say that it looked, or not see which network namespace is
     *     the node's own
     */
    public void run() throws IOException, InterruptedException {
        Set<String> untouched = untouched();
        LOG.info("looking for pods revision=" + revision + " untouched=" + untouched);
        while (true) {
            look(untouched);
            touch();
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private Set<String> untouched() throws IOException {
        Set<String> names = new HashSet<>();
        for (String process : owners) {
            names.add(Files.readSymbolicLink(proc.resolve(process).resolve("ns/net")).toString());
        }
        return names;
    }

    private void look(Set<String> untouched) {
        for (Integer pid = failed.poll(); pid != null; pid = failed.poll()) {
            newcomers.again(pid);
        }
        for (int pid : newcomers.due(processes(), System.nanoTime())) {
            WaitingStep.of(proc.resolve(Integer.toString(pid)), revision)
                    .filter(_ -> free.tryAcquire())
                    .ifPresent(step -> {
                        newcomers.done(pid);
                        Thread.ofPlatform()
                                .name("pod-" + pid)
                                .start(() -> {
                                    try {
                                        if (!answer(step, untouched)) {
                                            failed.add(pid);
                                        }
                                    } finally {
                                        free.release();
                                    }
                                });
                    });
        }
    }

    private List<Integer> processes() {
        List<Integer> processes = new ArrayList<>();
        String[] names = proc.toFile().list();
        for (String name : names == null ? new String[0] : names) {
            if (Character.isDigit(name.charAt(0))) {
                processes.add(Integer.parseInt(name));
            }
        }
        return processes;
    }

    /** Whether there is nothing more to be done about it. */
    private static boolean answer(WaitingStep step, Set<String> untouched) {
        try (PodNetwork network = PodNetwork.open(step.network())) {
            if (!step.isStillThere()) {
                return true;
            }
            if (untouched.contains(network.name())) {
                throw new IllegalArgumentException(
                        "network namespace: the node's (expected: the pod's own)");
            }
            Path resolvConf = step.resolvConf();
            network.enter();
            LOG.info("asked " + step);
            Redirect.ofThread(resolvConf).answer(step.flags());
            return true;
        } catch (IllegalArgumentException refusal) {
            LOG.warning("refused " + step + " reason=" + refusal.getMessage());
            return true;
        } catch (IOException fault) {
            if (step.isStillThere()) {
                LOG.log(Level.WARNING, "failed " + step, fault);
                return false;
            }
            return true;
        }
    }

    private void touch() throws IOException {
        if (Files.exists(looked)) {
            Files.setLastModifiedTime(looked, FileTime.from(Instant.now()));
        } else {
            Files.createFile(looked);
        }
    }
}
