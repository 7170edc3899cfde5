// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static io.serin.cli.rehome.TwoRevisions.proxy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.rehome.TwoRevisions;
import io.serin.cli.render.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is shown and asked before anything moves. */
class LiveMoveTest {

    private static final Revision TO = new Revision("1-1");
    private static final List<String> SHOP = List.of("shop");
    private static final Duration PATIENT = Duration.ofSeconds(10);
    private static final String CONFIGURATION =
            "{\"listeners\":[],\"routeTables\":[],\"endpoints\":[],"
                    + "\"clusters\":[{\"name\":\"%s\",\"version\":\"1\"}]}";

    @TempDir Path folder;

    private final ClusterOptions options = new ClusterOptions();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream stdout = System.out;
    private TwoRevisions revisions;

    @BeforeEach
    void record() throws IOException {
        revisions = new TwoRevisions();
        revisions.configuration("1-0", CONFIGURATION.formatted("old"));
        revisions.configuration("1-1", CONFIGURATION.formatted("new"));
        var _ =
                new CommandLine(options)
                        .parseArgs("--kubeconfig", revisions.cluster.kubeconfig(folder).toString());
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        System.setOut(stdout);
        revisions.cluster.close();
    }

    @Test
    void showsThePlanAsTextAndAsATree() {
        assertThat(LiveMove.plan(options, TO, SHOP, Format.table)).isZero();
        assertThat(said())
                .isEqualTo(
                        """
                        namespace shop, 2 proxies, to 1-1
                        from 1-0: web-1, web-2
                          clusters: 1 added
                            new
                          clusters: 1 removed
                            old
                        """);

        out.reset();
        assertThat(LiveMove.plan(options, TO, SHOP, Format.json)).isZero();
        assertThat(said())
                .contains("\"plans\"", "\"how\" : \"ADDED\"", "\"name\" : \"new\"")
                .contains("\"pods\" : [ \"web-1\", \"web-2\" ]");
        assertThat(revisions.patches()).isEmpty();
    }

    @Test
    void movesNothingWhereNobodyCanBeAsked() {
        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> LiveMove.upgrade(options, TO, SHOP, PATIENT, false))
                .withMessage("nothing was moved: there is no terminal to ask on");

        assertThat(said()).as("the plan comes before the question").contains("1 added");
        assertThat(revisions.patches()).isEmpty();
    }

    @Test
    void movesAndBringsBack() {
        revisions.cluster.after(request -> {
            if (request.startsWith("PATCH") && revisions.patches().size() == 1) {
                revisions.proxies("1-0");
                revisions.proxies("1-1", proxy("web-1", "1-0"), proxy("web-2", "1-0"));
            }
        });
        assertThat(LiveMove.upgrade(options, TO, SHOP, PATIENT, true)).isZero();
        assertThat(said()).endsWith("2 proxies are at 1-1, and so are its future pods\n");

        revisions.namespace(
                "{\"istio.io/rev\":\"1-1\"}",
                "{\"serin.io/live-revision\":\"1-1\",\"serin.io/live-before\":"
                        + "\"{\\\"istio.io/rev\\\":\\\"1-0\\\",\\\"to\\\":\\\"1-1\\\"}\"}");
        revisions.cluster.after(request -> {
            if (request.startsWith("PATCH")) {
                revisions.proxies("1-0", proxy("web-1", "1-0"), proxy("web-2", "1-0"));
                revisions.proxies("1-1");
            }
        });
        assertThat(LiveMove.rollBack(options, SHOP, PATIENT, true)).isZero();
        assertThat(said()).endsWith("namespace shop: 2 proxies are back\n");
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
