// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.control.ApiServerStub;
import io.serin.control.revision.CaBundleKeeper;
import io.serin.control.revision.CertificateRenewal;
import io.serin.control.revision.CertificateStore;
import io.serin.control.trust.ServerCertificate;
import io.serin.injector.Injector;
import io.serin.injector.InjectorConfig;
import io.serin.injector.webhook.InjectWebhook;
import io.serin.injector.webhook.InjectionMetrics;
import io.serin.injector.webhook.WebhookRoute;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.write.CaBundle;
import io.serin.kube.write.Secrets;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods are made all the while certificates and their authority are replaced. */
class RotationIT {

    private static final Revision REVISION = new Revision("1-0");
    private static final String OWN = "istio-sidecar-injector-1-0";
    private static final String OF_A_TAG = "istio-revision-tag-prod";
    private static final String PATH =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/";
    private static final String REVIEW =
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1",
             "namespace":"shop","object":{"metadata":{"name":"web"},
             "spec":{"containers":[{"name":"web","image":"web"}]}}}}
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger calls = new AtomicInteger();
    private final Set<Certificate> shown = ConcurrentHashMap.newKeySet();
    private final Map<String, String> told = new HashMap<>();
    private @TempDir Path folder;
    private ApiServerStub api;
    private Kube kube;
    private CertificateStore store;
    private CaBundleKeeper keeper;
    private CertificateRenewal renewal;
    private int port;
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private volatile @Nullable Throwable failed;

    @BeforeEach
    void start() throws Exception {
        api = new ApiServerStub();
        kube = Kube.connect(Optional.of(api.kubeconfig(folder)), Optional.empty());
        store = new CertificateStore(new Secrets(kube), REVISION, "istio-system");
        keeper =
                new CaBundleKeeper(
                        REVISION,
                        () -> store.obtain(now).authority(),
                        new CaBundle(kube),
                        new SimpleMeterRegistry());
        Injector injector =
                new Injector(
                        InjectorConfig.parse(
                                REVISION,
                                InjectorConfig.shippedConfig(),
                                "{\"image\":\"serin-proxy\",\"resources\":{}}"));
        InjectWebhook inject = new InjectWebhook(() -> injector, InjectionMetrics.NONE);
        Router router = Router.router(vertx);
        WebhookRoute.mount(router, "/inject", inject::answer, inject::refused);
        ServerCertificate first = store.obtain(now);
        WebhookServer server = new WebhookServer(vertx, router, first);
        port = server.listen(0).await(10, TimeUnit.SECONDS);
        renewal =
                new CertificateRenewal(
                        store,
                        keeper,
                        () -> now,
                        first,
                        next -> {
                            var _ =
                                    server.present(next)
                                            .toCompletionStage()
                                            .toCompletableFuture()
                                            .join();
                        });
        for (String configuration : List.of(OWN, OF_A_TAG)) {
            api.hold(
                    PATH + configuration,
                    """
                    {"metadata":{"name":"%s","labels":{"istio.io/rev":"1-0"}},"webhooks":
                     [{"name":"rev.namespace.sidecar-injector.istio.io","clientConfig":{}}]}
                    """
                            .formatted(configuration));
            tell(configuration);
            await().until(() -> !bundle(configuration).isEmpty());
            tell(configuration);
        }
    }

    @AfterEach
    void stop() throws Exception {
        keeper.close();
        var _ = vertx.close().await(10, TimeUnit.SECONDS);
        kube.close();
        api.close();
    }

    /**
     * Over eight years, in which the authority gets a successor. Each look is a minute after the
     * one before, as it is in a control plane, and the API server hears of it by then.
     */
    @Test
    void podsAreInjectedAllTheWhile() throws Exception {
        String firstTrusted = bundle(OWN);
        Set<String> trusted = new HashSet<>();
        Thread caller = Thread.ofPlatform().start(this::callUntilInterrupted);
        try {
            Instant end = now.plus(Duration.ofDays(8 * 365));
            while (now.isBefore(end)) {
                for (int look = 0; look < 3; look++) {
                    renewal.look();
                    awaitCalls();
                    tell(OWN);
                    tell(OF_A_TAG);
                    trusted.add(bundle(OWN));
                    now = now.plusSeconds(60);
                }
                now = now.plus(Duration.ofDays(100));
            }
            awaitCalls();
        } finally {
            caller.interrupt();
            caller.join();
        }

        assertThat(failed).isNull();
        assertThat(shown).as("certificates that callers saw").hasSizeGreaterThan(8);
        assertThat(trusted).as("one, both, the other").hasSize(3);
        String last = base64(store.obtain(now).authority());
        assertThat(last).isNotEqualTo(firstTrusted);
        assertThat(bundle(OWN)).isEqualTo(last);
        assertThat(bundle(OF_A_TAG)).isEqualTo(last);
        assertThat(shown).contains(read(store.obtain(now).certificate()).getFirst());
    }

    /** One may have begun before: so many that some are from beginning to end of this moment. */
    private void awaitCalls() {
        int before = calls.get();
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(60))
                .until(() -> failed != null || calls.get() > before + 2);
        assertThat(failed).as("at " + now).isNull();
    }

    private void callUntilInterrupted() {
        try {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                call(i % 2 == 0 ? OWN : OF_A_TAG);
                calls.incrementAndGet();
            }
        } catch (Exception | AssertionError broken) {
            failed = broken;
        }
    }

    /** As the API server calls: by the webhook's name, trusting what stands in its entry now. */
    private void call(String configuration) throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trusting(bundle(configuration)).getTrustManagers(), null);
        try (SSLSocket socket =
                (SSLSocket)
                        tls.getSocketFactory()
                                .createSocket(
                                        new Socket("127.0.0.1", port),
                                        Objects.discoveryHost(REVISION),
                                        port,
                                        true)) {
            // Else each piece waits for the acknowledgement of the one before.
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(15_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            String request =
                    "POST /inject HTTP/1.1\r\nHost: istiod\r\nContent-Type: application/json\r\n"
                            + "Connection: close\r\nContent-Length: "
                            + REVIEW.length()
                            + "\r\n\r\n"
                            + REVIEW;
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            socket.getOutputStream().flush();
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .contains("HTTP/1.1 200", "\"allowed\":true", "\"patch\":");
            shown.add(socket.getSession().getPeerCertificates()[0]);
        }
    }

    private TrustManagerFactory trusting(String bundle) throws Exception {
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        for (Certificate authority :
                read(new String(Base64.getDecoder().decode(bundle), US_ASCII))) {
            authorities.setCertificateEntry("a" + authorities.size(), authority);
        }
        PKIXBuilderParameters parameters =
                new PKIXBuilderParameters(authorities, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return factory;
    }

    private static List<? extends Certificate> read(String pem) throws Exception {
        return List.copyOf(
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(pem.getBytes(US_ASCII))));
    }

    /** As the watch does: of changes alone. */
    private void tell(String configuration) throws IOException {
        String bundle = bundle(configuration);
        if (bundle.equals(told.put(configuration, bundle))) {
            return;
        }
        keeper.put(
                new KubeWebhook(
                        KubeWebhook.Kind.MUTATING,
                        configuration,
                        "1-0",
                        configuration.equals(OWN) ? "" : "prod",
                        List.of(
                                new KubeWebhook.Entry(
                                        "rev.namespace.sidecar-injector.istio.io", bundle))));
    }

    private String bundle(String configuration) throws IOException {
        JsonNode held = JSON.readTree(api.held(PATH + configuration));
        return held.at("/webhooks/0/clientConfig/caBundle").asText("");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
    }
}
