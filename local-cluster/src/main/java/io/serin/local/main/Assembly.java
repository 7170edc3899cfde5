// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import io.serin.local.api.ClusterApi;
import io.serin.local.control.Controllers;
import io.serin.local.control.ServiceAddresses;
import io.serin.local.control.ThisNode;
import io.serin.local.dns.DnsServer;
import io.serin.local.node.Node;
import io.serin.local.node.NodeSettings;
import io.serin.local.node.image.Images;
import io.serin.local.node.network.NodeNetwork;
import io.serin.local.route.ServiceRoutes;
import io.serin.local.serve.ApiServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts, put together in the order in which they need one another. Sees all, decides nothing.
 */
final class Assembly implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);
    private static final List<String> NAMES =
            List.of(
                    "kubernetes",
                    "kubernetes.default",
                    "kubernetes.default.svc",
                    "kubernetes.default.svc.cluster.local",
                    "localhost");

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Assembly() {}

    /**
     * Starts everything, in the namespaces of this process.
     *
     * @throws IOException when a part can't
     */
    static Assembly start(Folder folder, Arguments told) throws IOException {
        Assembly assembly = new Assembly();
        try {
            assembly.startAll(folder, told);
            return assembly;
        } catch (IOException | RuntimeException broken) {
            assembly.close();
            throw broken;
        }
    }

    private void startAll(Folder folder, Arguments told) throws IOException {
        Clock clock = Clock.systemUTC();
        String address = NodeNetwork.ADDRESS;
        NodeNetwork.prepare();
        Vertx vertx = Vertx.vertx(twoThreads());
        ServiceAddresses addresses = new ServiceAddresses(clock);
        LatePodAccess pods = new LatePodAccess();
        ApiServer server =
                keep(
                        new ApiServer(
                                vertx,
                                clock,
                                new ApiServer.Settings(
                                        NAMES,
                                        List.of("127.0.0.1", SystemServices.API_ADDRESS, address),
                                        List.of(new ServiceAddressStep(addresses))),
                                pods));
        ClusterApi api = server.api("local-cluster");
        addresses.follow(api);
        new SystemServices(api, address).create();
        Definitions.create(told.definitions(), api);
        keep(Controllers.start(server::api, server.certificateAuthority(), address, clock));
        keep(ServiceRoutes.start(api, address));
        keep(DnsServer.start(api, new InetSocketAddress(address, SystemServices.DNS_PORT)));
        Node node =
                keep(
                        Node.start(
                                new NodeSettings(
                                        folder.path(),
                                        Images.load(told.images()),
                                        ThisNode.NAME,
                                        SystemServices.DNS_ADDRESS),
                                server.api("kubelet"),
                                new PodTokens(api, server.tokens()),
                                clock));
        pods.is(node);
        listen(server, SocketAddress.inetSocketAddress(SystemServices.API_PORT, address));
        listen(server, SocketAddress.domainSocketAddress(folder.socket().toString()));
        folder.writeKubeconfig(server.kubeconfig(told.server()));
    }

    /**
     * Without its cache of files: that is a folder of the host's, which stays when this is killed.
     */
    private static VertxOptions twoThreads() {
        return new VertxOptions()
                .setEventLoopPoolSize(2)
                .setUseDaemonThread(true)
                .setFileSystemOptions(
                        new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false));
    }

    private static void listen(ApiServer server, SocketAddress address) throws IOException {
        try {
            var _ = server.listen(address).toCompletionStage().toCompletableFuture().join();
        } catch (java.util.concurrent.CompletionException refused) {
            throw new IOException(address + ": " + refused.getCause(), refused);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception broken) {
                LOG.warn("closing", broken);
            }
        }
    }
}
