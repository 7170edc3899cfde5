// SPDX-License-Identifier: Apache-2.0
package io.serin.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.control.ApiServerStub;
import io.serin.kube.Kube;
import io.serin.kube.type.InboundCapture;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Events;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two revisions; what is said, and how often. */
class AuditIT {

    private static final Duration QUIET = Duration.ofMillis(20);

    private @TempDir Path folder;
    private ApiServerStub api;
    private Kube kube;
    private final Vertx vertx = Vertx.vertx();
    private final Semaphore changes = new Semaphore(0);
    private final AtomicBoolean synced = new AtomicBoolean(true);
    private final InstalledNames names = new InstalledNames(new Revision("1-0"), changes::release);
    private LabelEvents audit;

    @BeforeEach
    void start() throws Exception {
        api = new ApiServerStub();
        kube = Kube.connect(Optional.of(api.kubeconfig(folder)), Optional.empty());
        audit =
                new LabelEvents(
                        names,
                        new Events(kube, () -> Instant.parse("2026-01-02T03:04:05Z")),
                        changes,
                        synced::get,
                        QUIET);
        names.injectors().put(injector("1-0", ""));
        names.injectors().put(injector("1-1", "prod"));
        var _ = vertx.deployVerticle(audit).await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        var _ = vertx.close().await(10, TimeUnit.SECONDS);
        kube.close();
        api.close();
    }

    private static KubeWebhook injector(String revision, String tag) {
        return new KubeWebhook(
                KubeWebhook.Kind.MUTATING, revision + "/" + tag, revision, tag, List.of());
    }

    private static KubeNamespace shop(String version, String revision) {
        return new KubeNamespace("shop", "u", version, Map.of(Labels.REVISION, revision), "");
    }

    private static String review(String kind, String namespace, String label, String value) {
        return """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1",
         "namespace":"%s","object":{"kind":"%s","metadata":{"name":"x","labels":{"%s":"%s"}}}}}
        """
                .formatted(namespace, kind, label, value);
    }

    @Test
    void aTagWhoseRevisionIsGoneDangles() {
        assertThat(names.names()).isEqualTo(new Names(Set.of("1-0"), Map.of("prod", "1-1")));

        names.injectors().put(injector("1-1", ""));

        assertThat(names.names()).isEqualTo(new Names(Set.of("1-0", "1-1", "prod"), Map.of()));
    }

    @Test
    void theTagsThatPointHereAreOurs() {
        names.injectors().put(injector("1-0", "blue"));
        names.injectors().put(injector("1-0", "default"));
        assertThat(names.ourTags()).containsExactlyInAnyOrder("blue", "default");

        names.injectors().remove(new ObjectName("", "1-0/blue"));
        assertThat(names.ourTags()).containsExactly("default");
    }

    @Test
    void warnsAndRefusesNobody() {
        AuditWebhook webhook = new AuditWebhook(names, audit::labels);
        String namespace = review("Namespace", "shop", Labels.REVISION, "9-9");
        assertThat(webhook.answer(namespace))
                .contains("\"allowed\":true", "metadata.labels[istio.io/rev]: '9-9' (expected:");
        String pod = review("Pod", "plain", Labels.REVISION, "9-9");
        assertThat(webhook.answer(pod)).contains("\"allowed\":true").doesNotContain("warnings");
        audit.namespaces().put(new KubeNamespace("plain", "u", "1", Map.of(), ""));
        assertThat(webhook.answer(pod)).contains("\"allowed\":true", "the pod gets no sidecar");
        assertThat(webhook.answer("{")).contains("\"allowed\":false");
    }

    @Test
    void anEventIsWrittenOnceForEachChange() throws Exception {
        audit.namespaces().put(shop("1", "9-9"));
        String first = api.posts.poll(10, TimeUnit.SECONDS);
        assertThat(first)
                .startsWith("/api/v1/namespaces/shop/events ")
                .contains("\"reason\":\"UnknownRevision\"", "'9-9'");

        audit.namespaces().put(shop("2", "9-9"));
        audit.namespaces()
                .put(new KubeNamespace("other", "u", "3", Map.of(Labels.REVISION, "1-0"), ""));
        audit.namespaces().put(shop("4", "8-8"));
        assertThat(api.posts.poll(10, TimeUnit.SECONDS)).contains("'8-8'");

        names.injectors().remove(new ObjectName("", "1-0/"));
        assertThat(api.posts.poll(10, TimeUnit.SECONDS)).contains("'1-0'", "/other/");
    }

    @Test
    void aPodThatNamesNothingHasItsEventAndOneWithASidecarNone() throws Exception {
        audit.namespaces().put(new KubeNamespace("plain", "u", "1", Map.of(), ""));
        audit.pods().put(pod("injected", "9-9", "9-9"));
        audit.pods().put(pod("fine", "1-0", ""));
        audit.pods().put(pod("ghost", "9-9", ""));

        assertThat(api.posts.poll(10, TimeUnit.SECONDS))
                .startsWith("/api/v1/namespaces/plain/events ")
                .contains(
                        "\"kind\":\"Pod\"",
                        "\"uid\":\"uid-ghost\"",
                        "\"reason\":\"UnknownRevision\"",
                        "'9-9'");
        audit.pods().put(pod("ghost", "9-9", ""));
        audit.pods().put(pod("another", "9-9", ""));
        assertThat(api.posts.poll(10, TimeUnit.SECONDS)).contains("\"uid\":\"uid-another\"");
    }

    private static KubePod pod(String name, String wanted, String revision) {
        return new KubePod(
                new ObjectName("plain", name),
                "uid-" + name,
                "",
                false,
                false,
                name,
                Map.of(Labels.REVISION, wanted),
                revision,
                "",
                "default",
                InboundCapture.of("*", ""));
    }

    @Test
    void nothingIsSaidBeforeAllIsKnown() throws Exception {
        synced.set(false);
        audit.namespaces().put(shop("1", "late"));
        names.injectors().put(injector("late", ""));
        audit.namespaces().put(shop("1", "late"));
        synced.set(true);
        audit.namespaces()
                .put(new KubeNamespace("other", "u", "3", Map.of(Labels.REVISION, "9-9"), ""));

        assertThat(api.posts.poll(10, TimeUnit.SECONDS)).contains("/other/");
    }
}
