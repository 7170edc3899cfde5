// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import static io.serin.cli.RecordedCluster.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.cli.RecordedCluster;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.Installation;
import io.serin.cli.client.Manifests;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose cluster the story is played on, and what of it is its own to take away. */
class OccupantsTest {

    private static final String SHOP = "/api/v1/namespaces/shop";
    private static final String VISITORS = "/api/v1/namespaces/visitors";
    private static final String NAMESPACES = "GET /api/v1/namespaces";
    private static final String NOBODY = "istio.io/rev";
    private static final String MARK = "serin.io/demo";

    @TempDir private Path folder;

    private final Narrator narrator = new Narrator(List.of());
    private RecordedCluster cluster;
    private Kube kube;

    @BeforeEach
    void connect() throws IOException {
        cluster = new RecordedCluster().on(NAMESPACES, 200, list());
        kube = Kube.connect(Optional.of(cluster.kubeconfig(folder)), Optional.empty());
    }

    @AfterEach
    void close() {
        kube.close();
        cluster.close();
    }

    @Test
    void aNamespaceOfSomebodyElseIsLeftAlone() {
        cluster.on("GET " + SHOP, 200, namespace("shop", NOBODY));

        playRefused("namespace shop");
    }

    @Test
    void aNamespaceOfSomebodyElseIsLeftAloneBesideOneOfTheDemos() {
        cluster.on("GET " + SHOP, 200, namespace("shop", MARK))
                .on("GET " + VISITORS, 200, namespace("visitors", NOBODY));

        playRefused("namespace visitors");
    }

    @Test
    void revisionsOfSomebodyElseAreLeftAlone() {
        install();

        playRefused("revision 1-0, revision 1-1");
    }

    @Test
    void revisionsBesideAMarkedNamespaceAreOfAnEarlierDemo() {
        cluster.on("GET " + SHOP, 200, namespace("shop", MARK));
        install();

        assertThatCode(() ->
                        new Occupants(new ClusterReader(kube), new Installation(kube, _ -> {}))
                                .refuse())
                .doesNotThrowAnyException();
    }

    @Test
    void aDemoThatWasKilledIsPlayedAgainAndTakesAllAway() {
        cluster.on("GET " + SHOP, 200, namespace("shop", MARK))
                .on("GET " + VISITORS, 200, namespace("visitors", MARK))
                .on("DELETE " + SHOP, 200, "{\"kind\":\"Status\"}")
                .on("DELETE " + VISITORS, 200, "{\"kind\":\"Status\"}");

        try (Story story = story()) {
            // In the middle of the first scene: this cluster takes no objects.
            assertThatThrownBy(() -> story.play(1)).isNotInstanceOf(CliFault.class);
        }

        assertThat(cluster.requests()).contains("DELETE " + SHOP, "DELETE " + VISITORS);
    }

    @Test
    void theNamespacesItMakesAreMarked() throws IOException {
        cluster.on("PATCH " + SHOP, 200, UnaryOperator.identity())
                .on("PATCH " + VISITORS, 200, UnaryOperator.identity());

        new Shop(kube, narrator).openNamespaces();

        for (String path : List.of(SHOP, VISITORS)) {
            assertThat(cluster.sent("PATCH " + path)).hasSize(1);
            assertThat(
                            new ObjectMapper()
                                    .readTree(cluster.sent("PATCH " + path).getFirst())
                                    .at("/metadata/labels/serin.io~1demo")
                                    .asText())
                    .isEqualTo("true");
        }
        // People apply this one, and what they make is theirs.
        assertThat(Manifests.resource("/demo/namespaces.yaml")).doesNotContain(MARK);
    }

    private void playRefused(String named) {
        try (Story story = story()) {
            assertThatThrownBy(() -> story.play(1))
                    .isInstanceOf(CliFault.class)
                    .hasMessageContaining("not the demo's: " + named + " (expected: ")
                    .hasMessageEndingWith("nothing was changed");
        }

        assertThat(cluster.requests())
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request).startsWith("GET "));
    }

    private Story story() {
        return new Story(kube, narrator, Optional.empty(), false, false);
    }

    /** Whatever is asked for. */
    private void install() {
        cluster.on(
                "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
                200,
                list("{\"metadata\":{\"name\":\"istio-sidecar-injector-x\"}}"));
    }

    private static String namespace(String name, String label) {
        return "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\""
                + name
                + "\",\"labels\":{\""
                + label
                + "\":\"true\"}}}";
    }
}
