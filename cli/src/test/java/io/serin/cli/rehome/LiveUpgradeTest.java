// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.rehome;

import static io.serin.cli.rehome.TwoRevisions.proxy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.write.Rollouts;
import io.serin.rollout.cluster.KubeCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole moves against an API server's recorded answers, which change when the namespace does. */
class LiveUpgradeTest {

    private static final Revision TO = new Revision("1-1");
    private static final Duration PATIENT = Duration.ofSeconds(10);
    private static final Duration HASTY = Duration.ofMillis(200);
    private static final String BEFORE =
            "{\\\"istio.io/rev\\\":\\\"1-0\\\",\\\"from\\\":\\\"1-0\\\",\\\"to\\\":\\\"1-1\\\"}";
    private static final String MOVED =
            "{\"serin.io/live-before\":\"" + BEFORE + "\",\"serin.io/live-revision\":\"1-1\"}";

    @TempDir Path folder;

    private final List<String> said = new ArrayList<>();
    private TwoRevisions revisions;
    private Kube kube;
    private LiveUpgrade upgrade;

    @BeforeEach
    void connect() throws IOException {
        revisions = new TwoRevisions();
        kube = Kube.connect(Optional.of(revisions.cluster.kubeconfig(folder)), Optional.empty());
        upgrade =
                new LiveUpgrade(
                        new ClusterReader(kube),
                        new Rollouts(kube),
                        new KubeCluster(kube),
                        () -> {},
                        said::add);
    }

    @AfterEach
    void close() {
        kube.close();
        revisions.cluster.close();
    }

    @Test
    void movesFirstAndBindsTheNamespaceWhenAllHaveMoved() {
        onFirstPatch(() -> {
            revisions.namespace("{\"istio.io/rev\":\"1-0\"}", MOVED);
            bothHaveMoved();
        });

        upgrade.run(TO, "shop", PATIENT);

        assertThat(revisions.patches())
                .containsExactly(
                        "{\"metadata\":{\"labels\":{},\"annotations\":" + MOVED + "}}",
                        "{\"metadata\":{\"labels\":{\"istio-injection\":null,"
                                + "\"istio.io/rev\":\"1-1\"},\"annotations\":{}}}");
        assertThat(said)
                .last()
                .isEqualTo("namespace shop: 2 proxies are at 1-1, and so are its future pods");
    }

    /** Once the label of a revision took its place, and the namespace no longer followed. */
    @Test
    void refusesToTakeANamespaceAwayFromItsTag() {
        revisions.namespace("{\"istio.io/rev\":\"prod\"}", "{}");
        revisions.tag("prod", "1-0");

        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> upgrade.run(TO, "shop", PATIENT))
                .withMessage("namespace shop is bound by tag prod, which would leave it behind")
                .satisfies(fault ->
                        assertThat(fault.next())
                                .isEqualTo(
                                        "move the tag, and all its namespaces with it: serin tag"
                                                + " set prod --revision 1-1 --overwrite"));
        assertThat(revisions.patches()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"istio.io/rev, prod, prod", "istio-injection, enabled, default"})
    void leavesTheLabelWhereItsTagStandsForThatRevision(String label, String value, String tag) {
        String labels = "{\"" + label + "\":\"" + value + "\"}";
        revisions.namespace(labels, "{}");
        revisions.tag(tag, "1-1");
        onFirstPatch(this::bothHaveMoved);

        upgrade.run(TO, "shop", PATIENT);

        assertThat(revisions.patches())
                .singleElement()
                .asString()
                .startsWith("{\"metadata\":{\"labels\":{},")
                .contains("\"serin.io/live-revision\":\"1-1\"");
        assertThat(said)
                .last()
                .isEqualTo("namespace shop: 2 proxies are at 1-1, and so are its future pods");
    }

    @Test
    void takesANamespaceAlongThatChoseNoTag() {
        revisions.namespace("{\"istio-injection\":\"enabled\"}", "{}");
        revisions.tag("default", "1-0");
        onFirstPatch(this::bothHaveMoved);

        upgrade.run(TO, "shop", PATIENT);

        assertThat(revisions.patches())
                .last()
                .isEqualTo(
                        "{\"metadata\":{\"labels\":{\"istio-injection\":null,"
                                + "\"istio.io/rev\":\"1-1\"},\"annotations\":{}}}");
    }

    @Test
    void aProxyThatIsAtBothHasNotMovedYet() {
        onFirstPatch(() -> {
            revisions.proxies("1-0", proxy("web-1", "1-0"));
            revisions.proxies("1-1", proxy("web-1", "1-0"), proxy("web-2", "1-0"));
        });

        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> upgrade.run(TO, "shop", HASTY))
                .withMessageContaining("shop/web-1");
        assertThat(said).contains("namespace shop: 1 of 2 proxies have moved");
    }

    @Test
    void goesBackWhenNotAllMoveInTimeAndSaysWhoAndWhy() {
        onFirstPatch(() ->
                revisions.proxies(
                        "1-0",
                        proxy("web-1", "1-0", 1, "1-1 at istiod-1-1: nobody is there"),
                        proxy("web-2", "1-0")));

        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> upgrade.run(TO, "shop", HASTY))
                .withMessageContaining(
                        "namespace shop did not move to 1-1 within 0 s, and goes back")
                .withMessageContaining("shop/web-1 (1-1 at istiod-1-1: nobody is there)")
                .withMessageContaining("shop/web-2 (has not said why)")
                .satisfies(fault -> assertThat(fault.exitCode()).isEqualTo(75));
        assertThat(revisions.patches())
                .last()
                .isEqualTo(
                        "{\"metadata\":{\"labels\":{},\"annotations\":{"
                                + "\"serin.io/live-before\":null,"
                                + "\"serin.io/live-revision\":null}}}");
    }

    @Test
    void doesNotWaitForPodsThatAreGone() {
        onFirstPatch(() -> {
            revisions.pods("web-2");
            revisions.proxies("1-0");
            revisions.proxies("1-1", proxy("web-2", "1-0"));
        });

        upgrade.run(TO, "shop", PATIENT);

        assertThat(revisions.patches()).hasSize(2);
    }

    @Test
    void goesOnWithAMoveThatWasBegun() {
        revisions.namespace("{\"istio.io/rev\":\"1-0\"}", MOVED);
        bothHaveMoved();

        upgrade.run(TO, "shop", PATIENT);

        assertThat(revisions.patches())
                .singleElement()
                .asString()
                .contains("\"istio.io/rev\":\"1-1\"");
    }

    @Test
    void bringsThemBackAndTheLabelFirst() {
        revisions.namespace("{\"istio.io/rev\":\"1-1\"}", MOVED);
        bothHaveMoved();
        onFirstPatch(() -> {
            revisions.proxies("1-0", proxy("web-1", "1-0"), proxy("web-2", "1-0"));
            revisions.proxies("1-1");
        });

        upgrade.rollBack("shop", PATIENT);

        assertThat(revisions.patches())
                .containsExactly(
                        "{\"metadata\":{\"labels\":{\"istio-injection\":null,"
                                + "\"istio.io/rev\":\"1-0\"},"
                                + "\"annotations\":{\"serin.io/live-revision\":null}}}",
                        "{\"metadata\":{\"labels\":{},"
                                + "\"annotations\":{\"serin.io/live-before\":null}}}");
    }

    @Test
    void bringsPodsAlongThatWereMadeMeanwhile() {
        revisions.namespace("{\"istio.io/rev\":\"1-1\"}", MOVED);
        revisions.proxies("1-0");
        revisions.proxies("1-1", proxy("web-1", "1-0"), proxy("web-2", "1-1"));
        onFirstPatch(() -> {
            revisions.proxies("1-0", proxy("web-1", "1-0"), proxy("web-2", "1-1"));
            revisions.proxies("1-1");
        });

        upgrade.rollBack("shop", PATIENT);

        assertThat(revisions.patches().getFirst()).contains("\"serin.io/live-revision\":\"1-0\"");
    }

    @Test
    void takesNothingBackWhereNothingWasMoved() {
        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> upgrade.rollBack("shop", PATIENT))
                .withMessage("namespace shop was not moved; nothing was taken back");
        assertThat(revisions.patches()).isEmpty();
    }

    @Test
    void refusesARevisionThatIsNotThere() {
        assertRefused("ghost", "no control plane of revision ghost answers");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "too old to be sent anywhere, 0, 1, 1",
        "older than the target takes, 1, 2, 3",
        "newer than the target knows, 4, 2, 3"
    })
    void refusesAProxyThatDoesNotSpeakTheSame(String what, int proxy, int least, int latest) {
        revisions.proxies(
                "1-0", proxy("web-1", "1-0", proxy, ""), proxy("web-2", "1-0", least, ""));
        revisions.plane("1-1", least, latest);

        assertRefused(
                "1-1",
                "proxy shop/web-1, version 0.1.0, speaks protocol %d; 1-1 takes %d to %d"
                        .formatted(proxy, least, latest));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "the oldest that the target takes, 2, 2, 3",
        "the newest that the target takes, 3, 2, 3"
    })
    void takesAProxyThatSpeaksWhatTheTargetDoes(String what, int proxy, int least, int latest) {
        revisions.plane("1-0", 1, 1, proxy("web-1", "1-0", proxy, ""));
        revisions.plane("1-1", least, latest);

        assertThat(upgrade.refusal(TO, "shop")).isEmpty();
    }

    @Test
    void refusesWhereAControlPlaneKnowsNothingOfHomes() {
        revisions.oldPlane("1-1");
        assertRefused(
                "1-1",
                "control plane istiod-1-1-x, version 0.1.0, does not take proxies of other"
                        + " revisions");

        revisions.proxies("1-1");
        revisions.oldPlane("1-0", proxy("web-1", "1-0"));
        assertRefused(
                "1-1",
                "proxy shop/web-1 is at control plane istiod-1-0-x, version 0.1.0, which can't"
                        + " send it elsewhere");
    }

    @Test
    void refusesAnotherTrustDomain() {
        revisions.trustDomain("1-1", "example.org");

        assertRefused(
                "1-1", "revision 1-0 is of trust domain 'cluster.local', 1-1 of 'example.org'");
    }

    @Test
    void saysWhatIsWrongWithWhatWasWritten() {
        revisions.namespace("{}", "{\"serin.io/live-before\":\"{broken\"}");

        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> upgrade.rollBack("shop", PATIENT))
                .withMessageStartingWith(
                        "namespace shop, annotation serin.io/live-before: '{broken' (expected: ");
    }

    private void assertRefused(String to, String reason) {
        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> upgrade.run(new Revision(to), "shop", PATIENT))
                .withMessage(
                        "namespace shop can't be moved to %s without restarting its pods: %s"
                                .formatted(to, reason));
        assertThat(revisions.patches()).isEmpty();
    }

    private void bothHaveMoved() {
        revisions.proxies("1-0");
        revisions.proxies("1-1", proxy("web-1", "1-0"), proxy("web-2", "1-0"));
    }

    private void onFirstPatch(Runnable then) {
        revisions.cluster.after(request -> {
            if (request.startsWith("PATCH") && revisions.patches().size() == 1) {
                then.run();
            }
        });
    }
}
