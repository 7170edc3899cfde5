// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.proxy.main.rehearse.ScriptedControlPlane;
import io.serin.proxy.redirect.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The mesh by hand: two pods as network namespaces on one node's bridge, a client in one and a
 * server of two versions in the other, a sidecar beside each as a process of its own user, real
 * redirection, and a control plane that says what the test tells it to. Needs root.
 */
class SketchIT {

    private static final String NODE = "config-sk-node";
    private static final String CLIENT = "config-sk-client";
    private static final String SERVER = "config-sk-server";
    private static final String CLIENT_IP = "10.244.77.5";
    private static final String SERVER_IP = "10.244.77.6";
    private static final String SERVER_IPV6 = "fd77::6";
    private static final String PLANE_IP = "10.244.78.1";
    private static final int PLANE_PORT = 15010;
    private static final String PROBE = "/app-health/app/livez";
    private static final String SERVICE = "http://10.96.0.7:9080/reviews";

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Process> processes = new ArrayList<>();
    private @Nullable ScriptedControlPlane plane;
    private String classPath = "";

    @TempDir Path temp;

    @BeforeEach
    void makeNodeAndPods() throws IOException {
        Needs.redirection();
        classPath = copyOfClassPath(temp);
        removeNodeAndPods();
        run("ip", "netns", "add", NODE);
        run("ip", "link", "add", "cfg-sk", "type", "veth", "peer", "name", "uplink", "netns", NODE);
        run("ip", "addr", "add", PLANE_IP + "/30", "dev", "cfg-sk");
        run("ip", "link", "set", "cfg-sk", "up");
        run("ip", "route", "add", "10.244.77.0/24", "via", "10.244.78.2");
        in(NODE, "ip", "addr", "add", "10.244.78.2/30", "dev", "uplink");
        in(NODE, "ip", "link", "set", "uplink", "up");
        in(NODE, "ip", "link", "add", "pods", "type", "bridge");
        in(NODE, "ip", "addr", "add", "10.244.77.1/24", "dev", "pods");
        in(NODE, "ip", "link", "set", "pods", "up");
        in(NODE, "sysctl", "-q", "net.ipv4.ip_forward=1");
        pod(CLIENT, CLIENT_IP);
        pod(SERVER, SERVER_IP);
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        if (plane != null) {
            plane.close();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        removeNodeAndPods();
    }

    @Test
    void carriesRequestsFromPodToPodThroughBothSidecars() throws Exception {
        plane = controlPlane();
        plane.serve(mesh(100, 0));
        start(SERVER, List.of(), java(SketchApp.class.getName(), "8080", "8081"));
        Process clientSidecar = sidecar(CLIENT, CLIENT_IP);
        Process serverSidecar = sidecar(SERVER, SERVER_IP);
        awaitReady(CLIENT_IP);
        awaitReady(SERVER_IP);

        // One by hand. The server's sidecar, and nobody else, calls from 127.0.0.6.
        assertThat(curl(SERVICE)).isEqualTo("8080 called by 127.0.0.6");
        // What the mesh does not know passes through: here a pod by its address.
        assertThat(curl("http://" + SERVER_IP + ":8081/")).isEqualTo("8081 called by 127.0.0.6");
        // The same by IPv6, at a port that speaks HTTP and at one that nobody declared.
        for (String port : List.of("8080", "8081")) {
            assertThat(curl("http://[" + SERVER_IPV6 + "]:" + port + "/"))
                    .isEqualTo(port + " called by 0:0:0:0:0:0:0:6");
        }
        // The kubelet, from the node, asks the agent for the application's health.
        assertThat(inNode("curl", "-sf", "http://" + SERVER_IP + ":15020" + PROBE))
                .isEqualTo("8081 called by 127.0.0.6");

        // The canary, there and back.
        plane.serve(mesh(50, 50));
        await().untilAsserted(() -> assertThat(share("8081", 20)).isPositive());
        assertThat(share("8081", 400)).isCloseTo(0.5, within(0.12));
        plane.serve(mesh(0, 100));
        await().untilAsserted(() -> assertThat(share("8081", 20)).isEqualTo(1));

        // The control plane goes, the traffic does not; its return brings news.
        plane.close();
        assertThat(share("8081", 50)).isEqualTo(1);
        plane = controlPlane();
        plane.serve(mesh(100, 0));
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(share("8080", 20)).isEqualTo(1));

        // The way out: the node asks for a drain, callers are asked to leave, nothing is lost.
        assertThat(inNode("curl", "-s", "http://" + SERVER_IP + ":15020/drain"))
                .isEqualTo("draining\n");
        assertThat(share("8080", 20)).isEqualTo(1);
        assertThat(
                        in(
                                CLIENT,
                                "curl",
                                "-s",
                                "-w",
                                "%{http_code}",
                                "http://" + SERVER_IP + ":15020/drain"))
                .contains("is not for " + CLIENT_IP)
                .endsWith("403");
        assertThat(
                        in(
                                CLIENT,
                                "curl",
                                "-s",
                                "-X",
                                "POST",
                                "-w",
                                "%{http_code}",
                                "http://" + SERVER_IP + ":15020/quitquitquit"))
                .endsWith("403");

        // From its own pod it ends as by a signal: a Job's application has done its task.
        String quit = "http://127.0.0.1:15020/quitquitquit";
        assertThat(in(CLIENT, "curl", "-s", "-w", "%{http_code}", quit)).endsWith("405");
        assertThat(clientSidecar.isAlive()).isTrue();
        assertThat(in(CLIENT, "curl", "-s", "-X", "POST", quit)).isEqualTo("quitting\n");
        assertThat(endsWithin(clientSidecar, Duration.ofSeconds(3))).isZero();
        serverSidecar.destroy();
        assertThat(endsWithin(serverSidecar, Duration.ofSeconds(3))).isZero();
    }

    private static ProxySnapshot mesh(int v1, int v2) {
        String c1 = "outbound|9080||reviews-v1.shop.svc.cluster.local";
        String c2 = "outbound|9080||reviews-v2.shop.svc.cluster.local";
        String table = "reviews.shop.svc.cluster.local:9080";
        return new ProxySnapshot(
                Map.of(
                        "10.96.0.7_9080",
                        new Listener.Destination(
                                "10.96.0.7_9080",
                                new HostPort("10.96.0.7", 9080),
                                new Listener.Protocol.Http(table, c1)),
                        "virtualInbound",
                        new Listener.Inbound(
                                "virtualInbound",
                                15006,
                                List.of(
                                        new Listener.Inbound.Port(
                                                8080,
                                                true,
                                                "inbound|8080||",
                                                "reviews.shop.svc.cluster.local")),
                                "InboundPassthroughCluster")),
                Map.of(
                        table,
                        new RouteTable(
                                table,
                                List.of(
                                        new VirtualHost(
                                                "any",
                                                List.of(VirtualHost.ANY),
                                                List.of(
                                                        new Route(
                                                                "split",
                                                                RequestMatch.ANY,
                                                                new RouteAction.Forward(
                                                                        List.of(
                                                                                new WeightedCluster(
                                                                                        c1, v1),
                                                                                new WeightedCluster(
                                                                                        c2, v2)),
                                                                        2))))))),
                Map.of(
                        c1,
                        new Cluster.Eds(c1, Duration.ofSeconds(1)),
                        c2,
                        new Cluster.Eds(c2, Duration.ofSeconds(1)),
                        "InboundPassthroughCluster",
                        inbound("InboundPassthroughCluster"),
                        "inbound|8080||",
                        inbound("inbound|8080||")),
                Map.of(c1, endpoints(c1, 8080), c2, endpoints(c2, 8081)));
    }

    private static Cluster inbound(String name) {
        return new Cluster.OriginalDestination(
                name, Duration.ofSeconds(1), Optional.of("127.0.0.6"));
    }

    private static EndpointGroup endpoints(String cluster, int port) {
        return new EndpointGroup(
                cluster,
                List.of(
                        new Endpoint(
                                new HostPort(SERVER_IP, port),
                                Endpoint.Health.HEALTHY,
                                Workload.NOT_KNOWN)));
    }

    private ScriptedControlPlane controlPlane() {
        return ScriptedControlPlane.listen(
                loops.next(),
                NioServerSocketChannel::new,
                new InetSocketAddress(PLANE_IP, PLANE_PORT));
    }

    private Process sidecar(String pod, String ip) throws IOException, InterruptedException {
        String main = ProxyMain.class.getName();
        Process redirect =
                start(
                        pod,
                        List.of(),
                        java(
                                main,
                                "redirect",
                                "-p",
                                "15001",
                                "-z",
                                "15006",
                                "-u",
                                "1337",
                                "-m",
                                "REDIRECT",
                                "-i",
                                "*",
                                "-x",
                                "",
                                "-b",
                                "*",
                                "-d",
                                "15090,15021,15020"));
        assertThat(redirect.waitFor()).isZero();
        List<String> asProxy =
                new ArrayList<>(
                        List.of("setpriv", "--reuid=1337", "--regid=1337", "--clear-groups"));
        asProxy.addAll(java(main, "proxy"));
        return start(
                pod,
                List.of(
                        "ISTIO_KUBE_APP_PROBERS={\"" + PROBE + "\":{\"httpGet\":{\"port\":8081}}}",
                        "POD_NAME=" + pod,
                        "POD_NAMESPACE=shop",
                        "INSTANCE_IP=" + ip,
                        "REVISION=1-0",
                        "ISTIO_CPU_LIMIT=1",
                        "PROXY_CONFIG={\"discoveryAddress\":\""
                                + PLANE_IP
                                + ":"
                                + PLANE_PORT
                                + "\",\"controlPlaneAuthPolicy\":\"NONE\"}"),
                asProxy);
    }

    private static void awaitReady(String ip) {
        await().atMost(Duration.ofSeconds(20))
                .ignoreException(UncheckedIOException.class)
                .untilAsserted(() ->
                        assertThat(inNode("curl", "-sf", "http://" + ip + ":15021/healthz/ready"))
                                .isEqualTo("ready\n"));
    }

    private static String curl(String url) {
        return in(CLIENT, "curl", "-sf", "--max-time", "5", url);
    }

    /** The part of some requests, on one connection, that this version answers; none may fail. */
    private static double share(String version, int requests) {
        String answers =
                in(
                        CLIENT,
                        "curl",
                        "-sf",
                        "--max-time",
                        "20",
                        "-w",
                        "\\n",
                        SERVICE + "?[1-" + requests + "]");
        List<String> lines = answers.lines().toList();
        assertThat(lines).hasSize(requests);
        return (double) lines.stream().filter(line -> line.startsWith(version)).count() / requests;
    }

    private static int endsWithin(Process process, Duration time) throws InterruptedException {
        assertThat(process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        return process.exitValue();
    }

    private static void pod(String name, String ip) {
        run("ip", "netns", "add", name);
        in(name, "ip", "link", "set", "lo", "up");
        in(
                NODE,
                "ip",
                "link",
                "add",
                "to-" + ip.substring(10),
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                name);
        in(NODE, "ip", "link", "set", "to-" + ip.substring(10), "master", "pods", "up");
        in(name, "ip", "addr", "add", ip + "/24", "dev", "eth0");
        String ipv6 = "fd77::" + ip.substring(ip.lastIndexOf('.') + 1) + "/64";
        in(name, "ip", "-6", "addr", "add", ipv6, "dev", "eth0", "nodad");
        in(name, "ip", "link", "set", "eth0", "up");
        in(name, "ip", "route", "add", "default", "via", "10.244.77.1");
    }

    private static void removeNodeAndPods() {
        for (String name : List.of(CLIENT, SERVER, NODE)) {
            attempt("ip", "netns", "del", name);
        }
        attempt("ip", "link", "del", "cfg-sk");
    }

    /** The class path where the proxy's user can read it, which a home folder is not. */
    private static String copyOfClassPath(Path to) throws IOException {
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            Path copy = to.resolve(copies.size() + "-" + Path.of(entry).getFileName());
            run("cp", "-r", entry, copy.toString());
            copies.add(copy.toString());
        }
        return String.join(":", copies);
    }

    private List<String> java(String main, String... args) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx48m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                classPath,
                                main));
        command.addAll(List.of(args));
        return command;
    }

    private Process start(String pod, List<String> environment, List<String> command)
            throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", pod, "env"));
        all.addAll(environment);
        all.addAll(command);
        Process process = new ProcessBuilder(all).inheritIO().start();
        processes.add(process);
        return process;
    }

    private static String inNode(String... command) {
        return in(NODE, command);
    }

    private static String in(String pod, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", pod));
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new));
    }

    private static void attempt(String... command) {
        try {
            run(command);
        } catch (UncheckedIOException absent) {
            // Nothing to remove.
        }
    }

    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new UncheckedIOException(
                        new IOException(String.join(" ", command) + ": " + output));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
