// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.admission.Admission;
import io.serin.local.admission.AdmissionStep;
import io.serin.local.admission.HttpsTransport;
import io.serin.local.admission.PodPriorityStep;
import io.serin.local.admission.ServiceAccountStep;
import io.serin.local.admission.ServiceAddresses;
import io.serin.local.admission.WebhookCaller;
import io.serin.local.admission.Webhooks;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.PodAccess;
import io.serin.local.api.Resources;
import io.serin.local.forward.SpdyForward;
import io.serin.local.patch.Ownership;
import io.serin.local.resource.Catalog;
import io.serin.local.store.Store;
import io.serin.local.token.Authority;
import io.serin.local.token.Tokens;
import io.serin.local.verb.Endings;
import io.serin.local.verb.InProcessApi;
import io.serin.local.verb.Names;
import io.serin.local.verb.Verbs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API server: made first, for all other parts work through {@link #api}; listens when told to.
 * One for each cluster; its objects live as long as it does.
 *
 * <pre>{@code
 * ApiServer server = new ApiServer(vertx, Clock.systemUTC(), settings, pods);
 * Node node = new Node(server.api("kubelet"));
 * server.listen(SocketAddress.inetSocketAddress(6443, "10.244.0.1"));
 * }</pre>
 */
public final class ApiServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int HISTORY = 2_000;

    /** As much as Go's server takes: exec has whole commands in its query. */
    private static final int HEAD_BYTES = 1 << 20;

    private static final int TOKEN_BYTES = 32;
    private static final List<String> NAMESPACES =
            List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final Vertx vertx;
    private final Store store = new Store(HISTORY);
    private final Catalog catalog = new Catalog();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Authority authority;
    private final Authority.Identity serving;
    private final String adminToken;
    private final Tokens tokens;
    private final Verbs verbs;
    private final Endings endings;
    private final Front front;
    private final List<HttpServer> servers = new ArrayList<>();

    /**
     * What differs between clusters.
     *
     * @param names that the server is called by, as DNS names
     * @param addresses that the server is called by
     * @param steps of admission besides the API server's own, e.g. one that gives Services their
     *     addresses; before those, in this order
     */
    public record Settings(List<String> names, List<String> addresses, List<AdmissionStep> steps) {

        public Settings {
            names = List.copyOf(names);
            addresses = List.copyOf(addresses);
            steps = List.copyOf(steps);
        }
    }

    public ApiServer(Vertx vertx, Clock clock, Settings settings, PodAccess pods) {
        this.vertx = vertx;
        this.authority = new Authority(clock.instant());
        this.serving = authority.server(settings.names(), settings.addresses());
        this.tokens = new Tokens(clock);
        SecureRandom random = new SecureRandom();
        Names names = new Names(random);
        List<AdmissionStep> steps = new ArrayList<>(settings.steps());
        steps.add(new ServiceAccountStep(store, names::suffix));
        steps.add(new PodPriorityStep());
        Admission admission =
                new Admission(
                        steps,
                        new Webhooks(store, catalog),
                        new WebhookCaller(
                                new HttpsTransport(vertx, new ServiceAddresses(store, random))));
        Ownership ownership = new Ownership(clock);
        this.verbs = new Verbs(store, catalog, admission, ownership, names, clock);
        this.endings = new Endings(store, catalog, admission, clock);
        for (String namespace : NAMESPACES) {
            found(namespace);
        }
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        this.adminToken = HexFormat.of().formatHex(token);
        Authenticator authenticator = new Authenticator(store, tokens, adminToken);
        Patches patches = new Patches(verbs, ownership);
        Routes routes =
                new Routes(
                        catalog,
                        verbs,
                        endings,
                        new ResourceRequests(vertx, store, verbs, endings, patches),
                        new ScaleRequests(verbs, patches),
                        new TokenRequests(verbs, catalog, tokens),
                        pods,
                        new PodProxy(vertx, pods),
                        threads);
        this.front =
                new Front(
                        vertx,
                        threads,
                        authenticator,
                        new Discovery(catalog),
                        new OpenApi(catalog),
                        new Reviews(authenticator),
                        tokens,
                        routes);
    }

    private void found(String namespace) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.putObject("metadata").put("name", namespace);
        ObjectNode created = api("kube-apiserver").create(Resources.NAMESPACES, object);
        LOG.debug("namespace {} is there", created.path("metadata").path("name").asText());
    }

    /**
     * The API for a part of the cluster.
     *
     * @param part who writes, as it stands in {@code managedFields}, e.g. {@code kubelet}
     */
    public ClusterApi api(String part) {
        return new InProcessApi(store, catalog, verbs, endings, part);
    }

    /** PEM: what those trust who call the server. */
    public String certificateAuthority() {
        return authority.certificate();
    }

    /** For the node, which puts tokens into pods. */
    public Tokens tokens() {
        return tokens;
    }

    /**
     * A kubeconfig for the cluster's admin.
     *
     * @param server e.g. {@code https://127.0.0.1:40123}
     */
    public String kubeconfig(String server) {
        return Kubeconfig.write(server, authority.certificate(), adminToken);
    }

    /**
     * Listens with TLS on an address of IP or a path; may be called several times.
     *
     * @return the port, 0 for a path; fails when it can't
     */
    public Future<Integer> listen(SocketAddress address) {
        HttpServer server =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setSsl(true)
                                        .setUseAlpn(true)
                                        .setKeyCertOptions(
                                                new PemKeyCertOptions()
                                                        .addCertValue(
                                                                Buffer.buffer(
                                                                        serving.certificate()))
                                                        .addKeyValue(Buffer.buffer(serving.key())))
                                        .setMaxInitialLineLength(HEAD_BYTES)
                                        .setMaxHeaderSize(HEAD_BYTES)
                                        .setInitialSettings(
                                                new Http2Settings()
                                                        .setMaxHeaderListSize(HEAD_BYTES))
                                        .setMaxWebSocketFrameSize(1 << 20)
                                        .setMaxWebSocketMessageSize(16 << 20)
                                        .setWebSocketSubProtocols(
                                                List.of(
                                                        "v5.channel.k8s.io",
                                                        "v4.channel.k8s.io",
                                                        SpdyForward.PROTOCOL)))
                        .requestHandler(front::handle);
        servers.add(server);
        return server.listen(address).map(HttpServer::actualPort);
    }

    @Override
    public void close() {
        Future.all(servers.stream().map(HttpServer::close).toList())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        threads.shutdownNow();
        store.close();
    }
}
