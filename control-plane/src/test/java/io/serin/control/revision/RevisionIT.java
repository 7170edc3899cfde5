// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.serin.api.name.Revision;
import io.serin.control.ApiServerStub;
import io.serin.control.trust.Authority;
import io.serin.control.trust.ServerCertificate;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.CaBundle;
import io.serin.kube.write.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionIT {

    private static final Revision REVISION = new Revision("1-0");
    private static final Duration PART = KeptCertificate.LIFETIME.dividedBy(3);

    private static final String INJECTOR =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/"
                    + "istio-sidecar-injector-1-0";

    private @TempDir Path folder;
    private ApiServerStub api;
    private Kube kube;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void start() throws IOException {
        api = new ApiServerStub();
        kube = Kube.connect(Optional.of(api.kubeconfig(folder)), Optional.empty());
    }

    @AfterEach
    void stop() {
        kube.close();
        api.close();
    }

    private CertificateStore store() {
        return new CertificateStore(new Secrets(kube), REVISION, "istio-system");
    }

    private CaBundleKeeper keeper(CertificateStore store) {
        return new CaBundleKeeper(
                REVISION,
                () -> store.obtain(now).authority(),
                new CaBundle(kube),
                new SimpleMeterRegistry());
    }

    private static KubeWebhook webhook(String configuration, String revision, String... names) {
        return new KubeWebhook(
                KubeWebhook.Kind.MUTATING,
                configuration,
                revision,
                "",
                List.of(names).stream()
                        .map(it -> new KubeWebhook.Entry(it + ".sidecar-injector.istio.io", ""))
                        .toList());
    }

    /** Once a refused patch was sent again for ever, as it was, whatever the object had become. */
    @Test
    void repairsWhatItIsToldLastAndNothingOfOthers() throws Exception {
        try (CaBundleKeeper keeper = keeper(store())) {
            api.refusals.set(Integer.MAX_VALUE);
            keeper.put(webhook("istio-sidecar-injector-1-1", "1-1", "theirs"));
            keeper.put(
                    new KubeWebhook(
                            KubeWebhook.Kind.VALIDATING,
                            "of-somebody-else",
                            "1-0",
                            "",
                            List.of(new KubeWebhook.Entry("theirs", ""))));
            keeper.put(webhook("istio-sidecar-injector-1-0", "1-1", "relabelled"));
            keeper.put(webhook("istio-sidecar-injector-1-0", "1-0", "a", "b"));
            assertThat(api.patches.poll(10, TimeUnit.SECONDS))
                    .startsWith("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconf")
                    .contains("/webhooks/0/name\",\"value\":\"a.");

            keeper.put(webhook("istio-sidecar-injector-1-0", "1-0", "b", "a"));

            String patch;
            do {
                patch = api.patches.poll(10, TimeUnit.SECONDS);
                assertThat(patch).contains("istio-sidecar-injector-1-0");
            } while (!patch.contains("/webhooks/0/name\",\"value\":\"b."));
        }
    }

    /** What stands there may look right to everybody but the API server. */
    @Test
    void whatSomebodyOverwroteIsRestored() throws Exception {
        CertificateStore store = store();
        String ours = base64(store.obtain(now).authority());
        String foreign = base64(ServerCertificate.make(List.of("h"), now).authority());
        try (CaBundleKeeper keeper = keeper(store)) {
            api.hold(INJECTOR, injector("", ""));
            keeper.put(told("", ""));
            assertRestored(ours);

            for (String wrong : List.of(foreign, "Z2FyYmFnZQ==", ours + ours)) {
                api.hold(INJECTOR, injector(ours, wrong));
                keeper.put(told(ours, ours));
                keeper.put(told(ours, wrong));
                assertRestored(ours);
            }
            keeper.put(told(ours, ours));
        }
        assertThat(api.patches).as("of what is right").isEmpty();
    }

    private void assertRestored(String bundle) throws Exception {
        assertThat(api.patches.poll(10, TimeUnit.SECONDS)).startsWith(INJECTOR + " ");
        assertThat(api.held(INJECTOR)).isEqualTo(injector(bundle, bundle));
    }

    private static String injector(String bundle, String other) {
        return """
        {"metadata":{"name":"istio-sidecar-injector-1-0","labels":{"istio.io/rev":"1-0"}},\
        "webhooks":[\
        {"name":"rev.namespace.sidecar-injector.istio.io","clientConfig":{"caBundle":"%s"}},\
        {"name":"rev.object.sidecar-injector.istio.io","clientConfig":{"caBundle":"%s"}}]}\
        """
                .formatted(bundle, other);
    }

    private static KubeWebhook told(String bundle, String other) {
        return new KubeWebhook(
                KubeWebhook.Kind.MUTATING,
                "istio-sidecar-injector-1-0",
                "1-0",
                "",
                List.of(
                        new KubeWebhook.Entry("rev.namespace.sidecar-injector.istio.io", bundle),
                        new KubeWebhook.Entry("rev.object.sidecar-injector.istio.io", other)));
    }

    @Test
    void aTagThatPointsHereIsFilledToo() throws Exception {
        CertificateStore store = store();
        try (CaBundleKeeper keeper = keeper(store)) {
            keeper.put(webhook("istio-revision-tag-prod", "1-0", "rev.namespace"));

            assertThat(api.patches.poll(10, TimeUnit.SECONDS))
                    .contains("/istio-revision-tag-prod ")
                    .contains(base64(store.obtain(now).authority()));
        }
    }

    @Test
    void theDefaultValidatorIsFilledByWhoseItIs() throws Exception {
        try (CaBundleKeeper keeper = keeper(store())) {
            keeper.put(defaultValidator("1-1"));
            keeper.put(defaultValidator("1-0"));

            assertThat(api.patches.poll(10, TimeUnit.SECONDS))
                    .contains("/istiod-default-validator ", "\"value\":\"1-0\"");
        }
    }

    @Test
    void theValidatorOfATagThatPointsHereIsFilledToo() throws Exception {
        try (CaBundleKeeper keeper = keeper(store())) {
            keeper.put(validator("istio-revision-tag-prod", "1-1", "prod"));
            keeper.put(validator("istio-revision-tag-blue", "1-0", "blue"));

            assertThat(api.patches.poll(10, TimeUnit.SECONDS))
                    .contains("/validatingwebhookconfigurations/istio-revision-tag-blue ");
        }
    }

    private static KubeWebhook defaultValidator(String revision) {
        return validator("istiod-default-validator", revision, "default");
    }

    private static KubeWebhook validator(String configuration, String revision, String tag) {
        return new KubeWebhook(
                KubeWebhook.Kind.VALIDATING,
                configuration,
                revision,
                tag,
                List.of(new KubeWebhook.Entry("validation.istio.io", "")));
    }

    @Test
    void failuresAreCountedWithTheirReason() throws Exception {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        try (CaBundleKeeper keeper =
                new CaBundleKeeper(
                        REVISION,
                        () -> store().obtain(now).authority(),
                        new CaBundle(kube),
                        metrics)) {
            keeper.put(webhook("istio-sidecar-injector-1-1", "1-1", "a"));
            keeper.put(webhook("empty", "1-0"));
            api.refusals.set(1);
            keeper.put(webhook("istio-sidecar-injector-1-0", "1-0", "a"));
            api.patches.poll(10, TimeUnit.SECONDS);
            api.patches.poll(10, TimeUnit.SECONDS);
        }

        assertThat(metrics.find("webhook_patch_failures").counters())
                .extracting(it -> it.getId().getTag("name") + " " + it.getId().getTag("reason"))
                .containsExactlyInAnyOrder(
                        "istio-sidecar-injector-1-1 wrong_revision",
                        "empty webhook_entry_not_found",
                        "istio-sidecar-injector-1-0 webhook_update_failure");
        assertThat(metrics.get("webhook_patch_retries").counter().count()).isEqualTo(1);
    }

    /** Once the certificate was looked at only at a start, and so ended after a year. */
    @Test
    void renewsInTimeUnderTheAuthorityThatIsTrustedAlready() throws Exception {
        CertificateStore store = store();
        ServerCertificate first = store.obtain(now);
        List<ServerCertificate> served = new ArrayList<>();
        try (CaBundleKeeper keeper = keeper(store)) {
            keeper.put(webhook("istio-sidecar-injector-1-0", "1-0", "a"));
            assertThat(api.patches.poll(10, TimeUnit.SECONDS)).contains(base64(first.authority()));
            CertificateRenewal renewal =
                    new CertificateRenewal(store, keeper, () -> now, first, served::add);

            now = now.plus(PART.multipliedBy(2)).minusSeconds(60);
            renewal.look();
            assertThat(store().obtain(now)).isEqualTo(first);

            now = now.plusSeconds(120);
            renewal.look();
            assertThat(served).isEmpty();
            ServerCertificate second = store().obtain(now);
            assertThat(second.certificate()).isNotEqualTo(first.certificate());
            assertThat(second.authority()).isEqualTo(first.authority());
            assertThat(KeptCertificateTest.isTrusted(second, first.authority())).isTrue();

            renewal.look();
            assertThat(served).containsExactly(second);
            renewal.look();
            assertThat(served).hasSize(1);
        }
    }

    /** Once a webhook that refused to be written kept those after it from a successor. */
    @Test
    void whatCannotBeWrittenKeepsNoOtherFromHearingOfASuccessor() throws Exception {
        CertificateStore store = store();
        ServerCertificate first = store.obtain(now);
        List<ServerCertificate> served = new ArrayList<>();
        try (CaBundleKeeper keeper = keeper(store)) {
            for (String tag : List.of("prod", "blue", "green")) {
                keeper.put(webhook("istio-revision-tag-" + tag, "1-0", "a"));
                assertThat(api.patches.poll(10, TimeUnit.SECONDS)).contains("-tag-" + tag + " ");
            }
            CertificateRenewal renewal =
                    new CertificateRenewal(store, keeper, () -> now, first, served::add);

            now = now.plus(Authority.LIFETIME.dividedBy(3).multipliedBy(2)).plusSeconds(60);
            api.refusals.set(1);
            renewal.look();
            assertThat(api.patches)
                    .hasSize(3)
                    .allMatch(it -> it.contains(base64(store.obtain(now).authority())));

            renewal.look();
            assertThat(served).as("before all have heard").isEmpty();
            renewal.look();
            assertThat(served).containsExactly(store.obtain(now));
        }
    }

    /** Once one that nobody may write kept all others from a certificate that is valid. */
    @Test
    void whatCannotBeWrittenIsWaitedForADayAndTriedOn() throws Exception {
        CertificateStore store = store();
        ServerCertificate first = store.obtain(now);
        List<ServerCertificate> served = new ArrayList<>();
        try (CaBundleKeeper keeper = keeper(store)) {
            keeper.put(webhook("istio-revision-tag-guarded", "1-0", "a"));
            assertThat(api.patches.poll(10, TimeUnit.SECONDS)).contains("-tag-guarded ");
            CertificateRenewal renewal =
                    new CertificateRenewal(store, keeper, () -> now, first, served::add);

            api.refusals.set(Integer.MAX_VALUE);
            now = now.plus(Authority.LIFETIME.dividedBy(3).multipliedBy(2)).plusSeconds(60);
            store.obtain(now);
            now = now.plus(KeptCertificate.TRUSTED_BEFORE_IT_SIGNS);
            renewal.look();
            now = now.plus(Duration.ofHours(23));
            renewal.look();
            assertThat(served).isEmpty();

            now = now.plus(Duration.ofHours(1));
            renewal.look();
            renewal.look();
            assertThat(served).containsExactly(store.obtain(now));

            api.refusals.set(0);
            api.patches.clear();
            renewal.look();
            renewal.look();
            assertThat(api.patches)
                    .singleElement()
                    .asString()
                    .contains(base64(store.obtain(now).authority()));
            assertThat(served).hasSize(1);
        }
    }

    /** Two replicas that look at the same moment, at the start and when a renewal is due. */
    @Test
    void replicasThatLookAtOnceAgree() throws Exception {
        CertificateStore one = store();
        CertificateStore other = store();
        ServerCertificate first = agreed(one, other);

        now = now.plus(PART.multipliedBy(2)).plusSeconds(60);
        ServerCertificate second = agreed(one, other);

        assertThat(second.certificate()).isNotEqualTo(first.certificate());
        assertThat(KeptCertificateTest.isTrusted(second, first.authority())).isTrue();
        assertThat(store().obtain(now)).isEqualTo(second);
    }

    private ServerCertificate agreed(CertificateStore one, CertificateStore other)
            throws Exception {
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ServerCertificate> theirs = both.submit(() -> other.obtain(now));
            ServerCertificate ours = one.obtain(now);
            assertThat(theirs.get()).isEqualTo(ours);
            return ours;
        }
    }

    /** A Secret that somebody deletes comes back as it was: no trust is lost by it. */
    @Test
    void aDeletedSecretComesBackAsItWas() throws Exception {
        CertificateStore store = store();
        ServerCertificate first = store.obtain(now);
        kube.client()
                .secrets()
                .inNamespace("istio-system")
                .withName("istiod-1-0-webhook-cert")
                .delete();

        assertThat(store.obtain(now)).isEqualTo(first);
        assertThat(store().obtain(now)).isEqualTo(first);
    }

    /** An earlier version threw its authority's key away. */
    @Test
    void whatAnEarlierVersionMadeIsServedUntilASuccessorIsTrusted() {
        ServerCertificate old = ServerCertificate.make(List.of("h"), now);
        assertThat(
                        new Secrets(kube)
                                .write(
                                        new ObjectName("istio-system", "istiod-1-0-webhook-cert"),
                                        "kubernetes.io/tls",
                                        Map.of(),
                                        Map.of(
                                                "ca.crt",
                                                old.authority(),
                                                "tls.crt",
                                                old.certificate(),
                                                "tls.key",
                                                old.key()),
                                        Optional.empty()))
                .isTrue();
        assertThat(store().obtain(now)).isEqualTo(old);

        now = now.plus(PART.multipliedBy(2)).plusSeconds(60);
        ServerCertificate announcing = store().obtain(now);
        assertThat(announcing.certificate()).isEqualTo(old.certificate());
        assertThat(announcing.authority())
                .startsWith(old.authority())
                .isNotEqualTo(old.authority());

        now = now.plus(Duration.ofDays(2));
        ServerCertificate next = store().obtain(now);
        assertThat(next.certificate()).isNotEqualTo(old.certificate());
        assertThat(KeptCertificateTest.isTrusted(next, announcing.authority())).isTrue();
        assertThat(KeptCertificateTest.isTrusted(old, next.authority())).isTrue();
    }

    /** A replica that starts from what another one wrote follows when that one renews. */
    @Test
    void takesOverWhatAnotherReplicaMade() {
        CertificateStore store = store();
        ServerCertificate first = store.obtain(now);
        List<ServerCertificate> served = new ArrayList<>();
        try (CaBundleKeeper keeper = keeper(store)) {
            CertificateRenewal renewal =
                    new CertificateRenewal(store, keeper, () -> now, first, served::add);
            now = now.plus(PART.multipliedBy(2)).plusSeconds(60);
            ServerCertificate theirs = store().obtain(now);

            renewal.look();
            renewal.look();

            assertThat(served).containsExactly(theirs);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
    }
}
