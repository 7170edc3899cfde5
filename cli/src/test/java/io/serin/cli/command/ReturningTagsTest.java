// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.cli.client.ReturningTags;
import io.serin.cli.client.Tags;
import io.serin.kube.Kube;
import io.serin.rollout.cluster.KubeCluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.plan.Plan.TagBack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags that go back with an upgrade, on a recorded cluster. */
class ReturningTagsTest {

    private static final TagBack BACK = new TagBack("prod", "1-1", "1-0");

    @TempDir Path folder;

    private TaggedMesh mesh;
    private Kube kube;
    private ReturningTags tags;

    @BeforeEach
    void connect() throws IOException {
        mesh = new TaggedMesh();
        kube = Kube.connect(Optional.of(mesh.cluster.kubeconfig(folder)), Optional.empty());
        tags = new ReturningTags(new KubeCluster(kube), new Tags(kube, _ -> {}));
    }

    @AfterEach
    void close() {
        kube.close();
        mesh.close();
    }

    @Test
    void theTagPointsBackWithItsServiceAndASecondTimeToo() throws IOException {
        mesh.tag("prod", "1-1", "1-0");

        for (int time = 1; time <= 2; time++) {
            assertThat(tags.point(BACK)).isEmpty();

            assertThat(
                            TaggedMesh.parse(
                                            mesh.cluster.sent("PATCH " + TaggedMesh.PROD).getLast())
                                    .at("/metadata/labels/istio.io~1rev")
                                    .asText())
                    .isEqualTo("1-0");
            assertThat(mesh.cluster.sent("PATCH " + TaggedMesh.SERVICES)).hasSize(time);
        }
    }

    @Test
    void oneThatPointsToAThirdRevisionIsLeftThere() {
        mesh.tag("prod", "1-1", "");

        assertThat(tags.point(new TagBack("prod", "1-0", "0-9")))
                .contains("there is no revision 0-9; nothing was changed");
        assertThat(tags.point(new TagBack("prod", "0-9", "1-0")))
                .contains("it points to revision 1-1 by now");
        assertThat(mesh.cluster.sent("PATCH")).isEmpty();
    }

    /** Once there was no way back there: a tag can't point to what has its name. */
    @Test
    void theTagDefaultMakesRoomForTheRevisionWhosePlaceItTook() throws IOException {
        mesh.install("default");
        mesh.tag("default", "1-1", "");

        assertThat(tags.point(new TagBack("default", "1-1", "default"))).isEmpty();

        assertThat(mesh.cluster.requests())
                .anyMatch(request ->
                        request.startsWith("DELETE " + TaggedMesh.MWCS)
                                && request.contains("istio.io%2Ftag%3Ddefault"));
    }

    @Test
    void anApiServerThatIsAwayIsNoReasonToStop() throws IOException {
        mesh.tag("prod", "1-1", "1-0");
        mesh.cluster.on("GET " + TaggedMesh.MWCS, 503, "{}");

        assertThatThrownBy(() -> tags.point(BACK)).isInstanceOf(ClusterGone.class);
    }
}
