// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.rehearse;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.serin.api.contract.Ports;
import io.serin.api.name.HostPort;
import io.serin.proxy.settings.PodFiles;
import io.serin.proxy.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures a sidecar's start and memory; run by {@code sidecar-proxy/measure-start}, inside a
 * network namespace with the sidecar's redirection.
 */
public final class MeasureStart {

    private static final int CONNECTIONS = 8;
    private static final int REQUESTS_PER_SECOND = 200;
    private static final int LOAD_SECONDS = 20;

    private MeasureStart() {}

    /**
     * Starts the sidecar some times, loads the last one, prints.
     *
     * @param args the pod's address, how many starts, and the command that starts a sidecar
     */
    public static void main(String[] args) throws Exception {
        String pod = args[0];
        int runs = Integer.parseInt(args[1]);
        List<String> command = List.of(args).subList(2, args.length);

        // A daemon: where this fails, it ends.
        MultiThreadIoEventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("control-plane", true),
                        NioIoHandler.newFactory());
        RehearsalApp app = new RehearsalApp(InetAddress.ofLiteral(pod));
        RehearsalMesh mesh =
                new RehearsalMesh(
                        new HostPort(pod, app.address().getPort()), app.address().getPort());
        TestAuthority signer = new TestAuthority("signer");
        ScriptedControlPlane plane =
                ScriptedControlPlane.listen(
                        loops.next(),
                        NioServerSocketChannel::new,
                        new InetSocketAddress("127.0.0.1", Ports.XDS_TLS),
                        Optional.of(mounted(signer)),
                        request -> List.of(answer(signer, request)));
        plane.serve(mesh.at(50));

        List<Long> open = new ArrayList<>();
        List<Long> ready = new ArrayList<>();
        List<Long> cpu = new ArrayList<>();
        for (int run = 1; run <= runs; run++) {
            long from = System.nanoTime();
            Process sidecar = new ProcessBuilder(command).inheritIO().start();
            awaitOpen(sidecar);
            open.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from));
            awaitReady(sidecar);
            ready.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from));
            cpu.add(cpuMillis(sidecar.pid()));
            if (run == runs) {
                System.out.println("exec to health port open, ms: " + of(open));
                System.out.println("exec to ready with configuration, ms: " + of(ready));
                System.out.println("CPU time of that, ms: " + of(cpu));
                System.out.println("at rest:    " + memory(sidecar.pid()));
                System.out.println(load());
                System.out.println("under load: " + memory(sidecar.pid()));
            }
            long stop = System.nanoTime();
            sidecar.destroy();
            int exit = sidecar.waitFor();
            if (run == runs) {
                System.out.println(
                        "SIGTERM to exit "
                                + exit
                                + ": "
                                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stop)
                                + " ms");
            }
        }
        plane.close();
        app.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        System.exit(0);
    }

    /** Puts what a pod's volumes hold where the sidecar looks; answers the other side of TLS. */
    private static SslContext mounted(TestAuthority signer) throws IOException {
        try (RehearsalFiles files = RehearsalFiles.make()) {
            mount(files.ofPod().rootCertificates(), PodFiles.MOUNTED.rootCertificates());
            Files.writeString(
                    PodFiles.MOUNTED.rootCertificates(),
                    signer.rootPem(),
                    StandardOpenOption.APPEND);
            mount(files.ofPod().token(), PodFiles.MOUNTED.token());
            return files.server();
        }
    }

    /** At once, as a control plane that has been up for a while. */
    private static String answer(TestAuthority signer, String request) throws IOException {
        try {
            return signer.answer(request, RehearsalMesh.IDENTITY.toString(), Duration.ofHours(24));
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static void mount(Path file, Path at) throws IOException {
        Files.createDirectories(at.getParent());
        Files.copy(file, at);
    }

    /** Until a connection is not refused. */
    private static void awaitOpen(Process sidecar) throws IOException {
        while (sidecar.isAlive()) {
            try (RehearsalClient _ = new RehearsalClient(Ports.HEALTH)) {
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        throw new IOException("the sidecar ended, " + sidecar.exitValue());
    }

    private static void awaitReady(Process sidecar) throws IOException {
        while (sidecar.isAlive()) {
            try (RehearsalClient probe = new RehearsalClient(Ports.HEALTH)) {
                if (probe.get("/healthz/ready") == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // On a busy machine it takes longer than the client waits.
            }
        }
        throw new IOException("the sidecar ended, " + sidecar.exitValue());
    }

    /** The demo's rate, through the outbound side, the inbound side, and to the application. */
    private static String load() throws InterruptedException {
        AtomicLong good = new AtomicLong();
        AtomicLong bad = new AtomicLong();
        List<Thread> clients = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
        InetSocketAddress service =
                new InetSocketAddress(
                        InetAddress.ofLiteral(RehearsalMesh.SERVICE.host()),
                        RehearsalMesh.SERVICE.port());
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(Thread.ofPlatform().start(() -> ask(service, end, good, bad)));
        }
        for (Thread client : clients) {
            client.join();
        }
        return "load: " + good + " requests answered, " + bad + " failed";
    }

    private static void ask(InetSocketAddress service, long end, AtomicLong good, AtomicLong bad) {
        long gap = TimeUnit.SECONDS.toNanos(1) * CONNECTIONS / REQUESTS_PER_SECOND;
        try (RehearsalClient client = new RehearsalClient(service)) {
            for (long next = System.nanoTime(); next < end; next += gap) {
                LockSupport.parkNanos(next - System.nanoTime());
                (client.get("/reviews/1") == 200 ? good : bad).incrementAndGet();
            }
        } catch (IOException e) {
            bad.incrementAndGet();
        }
    }

    private static String of(List<Long> values) {
        return "median "
                + values.stream().sorted().toList().get(values.size() / 2)
                + ", least "
                + Collections.min(values)
                + " of "
                + values.size();
    }

    /** User and system time of a process, told in hundredths of a second. */
    private static long cpuMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return 10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    }

    private static String memory(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        return "RSS "
                + mebibytes(proc.resolve("status"), "VmRSS:")
                + " MiB (PSS "
                + mebibytes(proc.resolve("smaps_rollup"), "Pss:")
                + ", of files "
                + mebibytes(proc.resolve("status"), "RssFile:")
                + ", peak RSS "
                + mebibytes(proc.resolve("status"), "VmHWM:")
                + ")";
    }

    private static long mebibytes(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
