// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.rehome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradePlanTest {

    private static final Revision TO = new Revision("1-1");

    @TempDir Path folder;

    private TwoRevisions revisions;
    private Kube kube;

    @BeforeEach
    void connect() throws IOException {
        revisions = new TwoRevisions();
        kube = Kube.connect(Optional.of(revisions.cluster.kubeconfig(folder)), Optional.empty());
        revisions.configuration(
                "1-0",
                """
                {"proxy":"web","revision":"1-0","listeners":[],
                 "routeTables":[{"name":"reviews","version":"a","hosts":[{"routes":["90/10"]}]}],
                 "clusters":[{"name":"gone","version":"b"},{"name":"same","version":"c"}],
                 "endpoints":[{"name":"same","version":"d","endpoints":[]}]}
                """);
    }

    @AfterEach
    void close() {
        kube.close();
        revisions.cluster.close();
    }

    @Test
    void showsWhatChangesOnceForAllForWhomItIsTheSame() {
        revisions.configuration(
                "1-1",
                """
                {"proxy":"web","revision":"1-1","listeners":[],
                 "routeTables":[{"name":"reviews","version":"a2","hosts":[{"routes":["0/100"]}]}],
                 "clusters":[{"name":"new","version":"e"},{"name":"same","version":"c"}],
                 "endpoints":[{"name":"same","version":"d2","endpoints":[]}]}
                """);

        UpgradePlan plan = plan();

        assertThat(plan.text())
                .isEqualTo(
                        """
                        namespace shop, 2 proxies, to 1-1
                        from 1-0: web-1, web-2
                          routes: 1 changed
                            reviews
                          clusters: 1 added
                            new
                          clusters: 1 removed
                            gone
                          endpoints: 1 rewritten
                            same
                        """);
        assertThat(plan.changesNothing()).isFalse();
        assertThat(plan.groups().getFirst().changes().getFirst().after())
                .asString()
                .contains("0/100");
    }

    @Test
    void saysThatNothingChanges() {
        revisions.configuration(
                "1-1",
                """
                {"proxy":"web","revision":"1-1","listeners":[],
                 "routeTables":[{"name":"reviews","version":"a","hosts":[{"routes":["90/10"]}]}],
                 "clusters":[{"name":"same","version":"c"},{"name":"gone","version":"b"}],
                 "endpoints":[{"name":"same","version":"d","endpoints":[]}]}
                """);

        assertThat(plan().changesNothing()).isTrue();
        assertThat(plan().text())
                .isEqualTo(
                        """
                        namespace shop, 2 proxies, to 1-1
                        from 1-0: web-1, web-2
                          nothing changes
                        """);
    }

    /** Once other answers to questions for names were nothing that changes. */
    @Test
    void showsNamesThatProxiesWouldAnswerOtherwise() {
        revisions.configuration(
                "1-0",
                """
                {"names":{"gone.shop.svc.cluster.local":["10.0.0.1"],
                          "moved.shop.svc.cluster.local":["10.0.0.2"],
                          "same.shop.svc.cluster.local":["10.0.0.3","fd00::3"]}}
                """);
        revisions.configuration(
                "1-1",
                """
                {"names":{"moved.shop.svc.cluster.local":["10.0.0.4"],
                          "new.shop.svc.cluster.local":["10.0.0.5"],
                          "same.shop.svc.cluster.local":["10.0.0.3","fd00::3"]}}
                """);

        UpgradePlan plan = plan();

        assertThat(plan.text())
                .isEqualTo(
                        """
                        namespace shop, 2 proxies, to 1-1
                        from 1-0: web-1, web-2
                          names: 1 added
                            new.shop.svc.cluster.local
                          names: 1 removed
                            gone.shop.svc.cluster.local
                          names: 1 changed
                            moved.shop.svc.cluster.local
                        """);
        assertThat(plan.groups().getFirst().changes().get(1).after())
                .hasToString(
                        "{\"name\":\"moved.shop.svc.cluster.local\",\"addresses\":[\"10.0.0.4\"]}");
    }

    @Test
    void saysWhoCanNotSay() {
        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(this::plan)
                .withMessage(
                        "control plane istiod-1-1-x, version 0.1.0, does not say what it would"
                                + " send to pod shop/web-1");
    }

    private UpgradePlan plan() {
        return UpgradePlan.of(new ClusterReader(kube), TO, "shop");
    }
}
