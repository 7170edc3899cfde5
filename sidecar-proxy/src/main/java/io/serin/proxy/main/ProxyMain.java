// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

import io.serin.api.contract.Ports;
import io.serin.api.name.Revision;
import io.serin.proxy.admin.AdminPages;
import io.serin.proxy.admin.WaitingPort;
import io.serin.proxy.main.rehearse.Rehearsal;
import io.serin.proxy.main.sidecar.Sidecar;
import io.serin.proxy.node.NodeAgent;
import io.serin.proxy.redirect.NotCaptured;
import io.serin.proxy.redirect.Redirect;
import io.serin.proxy.settings.PodFiles;
import io.serin.proxy.settings.ProxySettings;
import io.serin.proxy.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program {@code serin-proxy}. */
public final class ProxyMain {

    private static final Logger LOG = Logger.getLogger("main");

    /** Whose time says to probes that the node's agent is at work. */
    private static final Path LOOKED = Path.of("/run/serin/looked");

    private static final String USAGE =
            """
            serin-proxy: the sidecar of Serin, a service mesh

              proxy              carries the pod's traffic, until a SIGTERM
              redirect [FLAG..]  sends the pod's traffic through the proxy; istio-iptables' flags
              node-agent         sends the traffic of pods that may not do it themselves
              wait               returns when the proxy of this pod is ready; 60 s at most
              rehearse           does all that a proxy does against itself, and ends
              version            says which version this is
            """;

    private ProxyMain() {}

    public static void main(String[] args) {
        LogLines.install();
        List<String> all = List.of(args);
        Exit exit =
                run(
                        all.isEmpty() ? "" : all.getFirst(),
                        all.subList(Math.min(1, all.size()), all.size()));
        // Not exit: there are no hooks to wait for, and threads that serve would go on.
        Runtime.getRuntime().halt(exit.code());
    }

    private static Exit run(String command, List<String> args) {
        try {
            return switch (command) {
                case "proxy" -> proxy();
                case "redirect" -> redirect(args);
                case "node-agent" -> nodeAgent();
                case "wait" -> waitForReady();
                case "rehearse" -> rehearse();
                case "version" -> {
                    System.out.println(version());
                    yield Exit.OK;
                }
                case "help", "--help", "-h" -> {
                    System.out.print(USAGE);
                    yield Exit.OK;
                }
                default -> {
                    System.err.println("serin-proxy: '" + command + "' is no command\n\n" + USAGE);
                    yield Exit.USAGE;
                }
            };
        } catch (Exception e) {
            LOG.log(Level.SEVERE, command + " failed", e);
            return Exit.BUG;
        }
    }

    private static Exit proxy() {
        try {
            // Before all else: a kubelet that is refused asks again only a second later.
            return proxy(WaitingPort.open(Ports.HEALTH, System.getenv()));
        } catch (IOException e) {
            // Of the other pages' ports too: Netty throws what it does not declare.
            LOG.log(Level.SEVERE, "a port can't be opened", e);
            return Exit.KERNEL;
        }
    }

    private static Exit proxy(Optional<WaitingPort> health) {
        Instant started = started();
        // The control plane's name may not be there yet, or anew: asked for again soon.
        Security.setProperty("networkaddress.cache.ttl", "5");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        ProxySettings settings;
        try {
            settings = ProxySettings.read(System.getenv(), PodFiles.MOUNTED, version());
        } catch (SettingsFault fault) {
            LOG.severe(fault.getMessage());
            return Exit.SETTINGS;
        }
        CompletableFuture<Exit> end = new CompletableFuture<>();
        Sidecar sidecar =
                Sidecar.start(
                        settings,
                        new Sidecar.Ports(
                                Ports.OUTBOUND,
                                Ports.INBOUND,
                                Ports.DNS,
                                new AdminPages.Ports(
                                        Ports.ADMIN,
                                        Ports.AGENT,
                                        Ports.HEALTH,
                                        Ports.PROMETHEUS,
                                        health)),
                        Sidecar.Destinations.fromKernel(),
                        new Sidecar.Events(
                                () ->
                                        LOG.info(() ->
                                                "ready after_ms="
                                                        + Duration.between(started, Instant.now())
                                                                .toMillis()),
                                cause -> end.complete(failed(cause)),
                                () -> end.complete(Exit.OK)),
                        Clock.systemUTC(),
                        started);
        AtomicBoolean asked = new AtomicBoolean();
        Signals.onTerminate(() -> {
            if (asked.getAndSet(true)) {
                Runtime.getRuntime().halt(Exit.OK.code());
            }
            end.complete(Exit.OK);
        });
        Exit exit = end.join();
        if (exit == Exit.OK) {
            var _ = sidecar.stop(settings.grace()).join();
        }
        return exit;
    }

    private static Exit failed(Throwable cause) {
        if (cause instanceof UnsatisfiedLinkError) {
            LOG.log(
                    Level.SEVERE,
                    "TLS's native library can't be loaded library_path="
                            + System.getProperty("java.library.path")
                            + " expected=libnetty_tcnative_linux_x86_64.so",
                    cause);
            return Exit.BUG;
        }
        LOG.log(Level.SEVERE, "a port can't be opened", cause);
        return Exit.KERNEL;
    }

    private static Exit redirect(List<String> args) {
        try {
            Redirect.here().run(args, System.getenv());
            return Exit.OK;
        } catch (IllegalArgumentException fault) {
            LOG.severe(fault.getMessage());
            return Exit.USAGE;
        } catch (NotCaptured fault) {
            LOG.severe(fault.getMessage());
            return Exit.NOT_CAPTURED;
        } catch (IOException fault) {
            LOG.severe(fault.getMessage());
            return Exit.KERNEL;
        }
    }

    private static Exit nodeAgent() {
        Signals.onTerminate(() -> Runtime.getRuntime().halt(Exit.OK.code()));
        String revision = System.getenv().getOrDefault("REVISION", "");
        try {
            NodeAgent.here(new Revision(revision), LOOKED).run();
            return Exit.OK;
        } catch (IllegalArgumentException fault) {
            LOG.severe("REVISION: " + fault.getMessage());
            return Exit.SETTINGS;
        } catch (IOException fault) {
            LOG.log(Level.SEVERE, "the node can't be looked at", fault);
            return Exit.KERNEL;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Exit.BUG;
        }
    }

    private static Exit waitForReady() {
        try {
            if (ReadyWait.until(Ports.HEALTH, ReadyWait.AT_MOST)) {
                return Exit.OK;
            }
            LOG.severe("the proxy is not ready waited=" + ReadyWait.AT_MOST.toSeconds() + "s");
            return Exit.NOT_READY;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Exit.BUG;
        }
    }

    private static Exit rehearse() {
        Signals.onTerminate(() -> Runtime.getRuntime().halt(Exit.OK.code()));
        try {
            new Rehearsal(version()).run();
            return Exit.OK;
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "the rehearsal failed", e);
            return Exit.BUG;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Exit.BUG;
        }
    }

    private static String version() {
        return Optional.ofNullable(ProxyMain.class.getPackage().getImplementationVersion())
                .orElse("unreleased");
    }

    /**
     * When the process did, not just this method: starting the JVM counts. By the kernel's clock
     * since boot, since the JVM's own answer is off by up to a second, as the boot time it adds is.
     */
    private static Instant started() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            String uptime = Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0];
            // Seconds with two digits, and hundredths: the same unit without the point.
            long now = Long.parseLong(uptime.replace(".", ""));
            return Instant.now().minusMillis(10 * (now - Long.parseLong(fields[19])));
        } catch (IOException e) {
            return Instant.now();
        }
    }
}
