// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static io.serin.cli.rehome.TwoRevisions.proxy;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.client.ExitCode;
import io.serin.cli.rehome.TwoRevisions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shown and asked before anything moves. */
class LiveMoveTest {

    private static final String CONFIGURATION =
            "{\"listeners\":[],\"routeTables\":[],\"endpoints\":[],"
                    + "\"clusters\":[{\"name\":\"%s\",\"version\":\"1\"}]}";

    @TempDir Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream stdout = System.out;
    private final PrintStream stderr = System.err;
    private TwoRevisions revisions;

    @BeforeEach
    void record() throws IOException {
        revisions = new TwoRevisions();
        revisions.configuration("1-0", CONFIGURATION.formatted("old"));
        revisions.configuration("1-1", CONFIGURATION.formatted("new"));
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        System.setOut(stdout);
        System.setErr(stderr);
        revisions.cluster.close();
    }

    @Test
    void showsThePlanAsTextAndAsATree() throws IOException {
        assertThat(run("upgrade plan --to 1-1 --namespace shop")).isZero();
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
        assertThat(run("upgrade plan --to 1-1 --namespace shop -o json")).isZero();
        assertThat(said())
                .contains("\"plans\"", "\"how\" : \"ADDED\"", "\"name\" : \"new\"")
                .contains("\"pods\" : [ \"web-1\", \"web-2\" ]");
        assertThat(revisions.patches()).isEmpty();
    }

    @Test
    void countsOneAsOne() throws IOException {
        revisions.proxies("1-0", proxy("web-1", "1-0"));
        revisions.cluster.after(request -> {
            if (request.startsWith("PATCH") && revisions.patches().size() == 1) {
                revisions.proxies("1-0");
                revisions.proxies("1-1", proxy("web-1", "1-0"));
            }
        });

        assertThat(run("upgrade --live --to 1-1 --namespace shop --yes")).isZero();

        assertThat(said())
                .startsWith("namespace shop, 1 proxy, to 1-1\n")
                .endsWith("1 proxy is at 1-1, and so are its future pods\n");
    }

    @Test
    void movesNothingWhereNobodyCanBeAsked() throws IOException {
        assertThat(run("upgrade --live --to 1-1 --namespace shop")).isEqualTo(ExitCode.USAGE);

        assertThat(said()).as("the plan comes before the question").contains("1 added");
        assertThat(revisions.patches()).isEmpty();
    }

    @Test
    void saysWhichClusterStaysAwayWhenProxiesAreToMove() throws IOException {
        revisions.cluster.on(
                "PATCH /api/v1/namespaces/shop",
                503,
                """
                {"kind":"Status","apiVersion":"v1","status":"Failure","code":503,
                 "reason":"ServiceUnavailable","message":"etcd is away"}
                """);

        assertThat(run("upgrade --live --to 1-1 --namespace shop --yes"))
                .isEqualTo(ExitCode.UNREACHABLE);

        assertThat(errors())
                .containsPattern(
                        "the cluster can't be reached at http://127[.]0[.]0[.]1:[0-9]+"
                                + " [(]context x[)]: etcd is away\\n");
    }

    @Test
    void aRehearsalShowsThePlanOnly() throws IOException {
        assertThat(run("upgrade --live --to 1-1 --namespace shop --dry-run")).isZero();

        assertThat(said()).contains("1 added");
        assertThat(revisions.patches()).isEmpty();
    }

    /** Once it showed the plan of a move that would be refused. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aRehearsalRefusesWhatTheMoveDoes(String what, Consumer<TwoRevisions> inTheWay)
            throws IOException {
        inTheWay.accept(revisions);
        String move = "upgrade --live --to 1-1 --namespace shop";

        assertThat(run(move + " --yes")).isEqualTo(ExitCode.FAILED);
        String why = errors();
        assertThat(run(move + " --dry-run")).isEqualTo(ExitCode.FAILED);

        assertThat(errors()).isEqualTo(why).startsWith("serin: namespace shop ");
        assertThat(said()).isEmpty();
        assertThat(revisions.patches()).isEmpty();
    }

    static List<Arguments> aRehearsalRefusesWhatTheMoveDoes() {
        return List.of(
                inTheWay("version skew", it -> it.plane("1-1", 2, 2)),
                inTheWay(
                        "a proxy that can't be moved",
                        it -> it.proxies("1-0", proxy("web-1", "1-0", 0, ""))),
                inTheWay("a trust domain", it -> it.trustDomain("1-1", "example.org")),
                inTheWay(
                        "a tag",
                        it -> {
                            it.namespace("{\"istio.io/rev\":\"prod\"}", "{}");
                            it.tag("prod", "1-0");
                        }));
    }

    private static Arguments inTheWay(String what, Consumer<TwoRevisions> change) {
        return Arguments.of(what, change);
    }

    @Test
    void thePlanSaysWhatAMoveIsRefusedFor() throws IOException {
        revisions.plane("1-1", 2, 2);

        assertThat(run("upgrade plan --to 1-1 --namespace shop")).isZero();

        assertThat(said())
                .contains("1 added")
                .endsWith(
                        "--live is refused: namespace shop can't be moved to 1-1 without restarting"
                                + " its pods: proxy shop/web-1, version 0.1.0, speaks protocol 1;"
                                + " 1-1 takes 2 to 2; proxy shop/web-2, version 0.1.0, speaks"
                                + " protocol 1; 1-1 takes 2 to 2\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "upgrade --live --namespace shop --yes",
                "upgrade --live --to 1-1 --yes",
                "upgrade --live --to 1-1 --namespace shop --batch 2 --yes",
                "upgrade --live --to 1-1 --namespace shop --guard ready=1m --yes",
                "upgrade --live --to 1-1 --namespace shop --on-failure pause --yes",
                "upgrade --live --to 1-1 --namespace shop -o json --yes",
                "rollback --live --namespace shop --dry-run",
                "rollback --live --namespace shop --batch 2 --yes",
                "upgrade plan --namespace shop"
            })
    void refusesWhatIsMissingOrMeansNothing(String words) throws IOException {
        assertThat(run(words)).isEqualTo(ExitCode.USAGE);
        assertThat(revisions.patches()).isEmpty();
    }

    @Test
    void whatIsBeingDeletedIsRefusedByNameAndLeftOutOfAll() throws IOException {
        revisions.movedAndEnding();
        for (String words :
                List.of(
                        "upgrade plan --to 1-1",
                        "upgrade --live --yes --to 1-1",
                        "rollback --live --yes")) {
            assertThat(run(words + " --namespace shop")).as(words).isEqualTo(ExitCode.FAILED);
            assertThat(errors()).startsWith("serin: namespace shop is being deleted\n");
        }
        assertThat(run("rollback --live --yes")).isZero();

        assertThat(said()).startsWith("nothing to do: ");
        assertThat(revisions.patches()).isEmpty();
    }

    @Test
    void bringsNobodyBackWhereNobodyWasMoved() throws IOException {
        assertThat(run("rollback --live --yes")).isZero();

        assertThat(said()).startsWith("nothing to do: ");
        assertThat(revisions.patches()).isEmpty();
    }

    @Test
    void movesNothingThatAnotherMovesAtTheMoment() throws IOException {
        revisions.namespace(
                "{\"istio.io/rev\":\"1-0\"}",
                """
                {"serin.io/rollout-holder":"{\\"holder\\":\\"bob@b, process 2\\",\\"run\\":\\"b 2\\",\\"since\\":\\"2026-01-02T03:04:05Z\\",\\"until\\":\\"2999-01-01T00:00:00Z\\"}"}
                """);

        assertThat(run("upgrade --live --to 1-1 --namespace shop --yes"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(run("rollback --live --namespace shop --yes")).isEqualTo(ExitCode.FAILED);

        assertThat(revisions.patches()).isEmpty();
    }

    @Test
    void movesAndBringsBack() throws IOException {
        revisions.cluster.after(request -> {
            if (request.startsWith("PATCH") && revisions.patches().size() == 1) {
                revisions.proxies("1-0");
                revisions.proxies("1-1", proxy("web-1", "1-0"), proxy("web-2", "1-0"));
            }
        });
        assertThat(run("upgrade --live --to 1-1 --namespace shop --yes")).isZero();
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
        assertThat(run("rollback --live --yes")).isZero();
        assertThat(said()).endsWith("namespace shop: 2 proxies are back\n");
    }

    /** What was told goes on without anybody to watch: who leaves has to know. */
    @Test
    void whoInterruptsIsToldWhatGoesOnAndWhatToType() throws IOException {
        interruptWhenWritten("serin.io/live-revision");
        assertThat(run("upgrade --live --to 1-1 --namespace shop --yes"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(errors())
                .isEqualTo(
                        """
                        interrupted; proxies that were told to move go on by themselves, future pods follow when it is typed again
                          go on:   serin upgrade --live --to 1-1 --namespace shop
                          go back: serin rollback --live --namespace shop
                        """);

        revisions.namespace(
                "{\"istio.io/rev\":\"1-1\"}",
                "{\"serin.io/live-revision\":\"1-1\",\"serin.io/live-before\":"
                        + "\"{\\\"istio.io/rev\\\":\\\"1-0\\\",\\\"to\\\":\\\"1-1\\\"}\"}");
        revisions.proxies("1-0");
        revisions.proxies("1-1", proxy("web-1", "1-0"), proxy("web-2", "1-0"));
        interruptWhenWritten("\"istio.io/rev\":\"1-0\"");
        assertThat(run("rollback --live --yes")).isEqualTo(ExitCode.FAILED);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(errors())
                .isEqualTo(
                        """
                        interrupted; proxies that were told to go back do so by themselves
                          see it through: serin rollback --live --namespace shop
                        """);
    }

    /** Once, at whatever is asked after this was written. */
    private void interruptWhenWritten(String part) {
        Thread worker = Thread.currentThread();
        AtomicBoolean isDone = new AtomicBoolean();
        revisions.cluster.after(request -> {
            if (request.startsWith("GET")
                    && revisions.patches().stream().anyMatch(patch -> patch.contains(part))
                    && !isDone.getAndSet(true)) {
                worker.interrupt();
            }
        });
    }

    private int run(String words) throws IOException {
        List<String> all = new ArrayList<>(List.of(words.split(" ", -1)));
        all.addAll(List.of("--kubeconfig", revisions.cluster.kubeconfig(folder).toString()));
        return SerinCommand.run(all.toArray(String[]::new));
    }

    /** Since it was asked last. */
    private String errors() {
        String errors = err.toString(StandardCharsets.UTF_8);
        err.reset();
        return errors;
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
