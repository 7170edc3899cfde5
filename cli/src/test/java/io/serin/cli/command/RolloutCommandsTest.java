// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static io.serin.cli.RecordedCluster.list;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.RecordedCluster;
import io.serin.cli.client.ExitCode;
import io.serin.rollout.fact.ClusterGone;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Upgrade and rollback, as typed, against an API server's recorded answers. */
class RolloutCommandsTest {

    private static final String WEBHOOKS =
            "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

    @TempDir Path folder;

    private RecordedCluster cluster;
    private Typed typed;

    @BeforeEach
    void record() throws IOException {
        cluster =
                new RecordedCluster()
                        .on(
                                "GET /api/v1/namespaces",
                                200,
                                list(
                                        namespace("empty", "\"istio.io/rev\":\"1-0\"", ""),
                                        namespace("shop", "\"istio.io/rev\":\"1-0\"", ""),
                                        namespace("tagged", "\"istio.io/rev\":\"prod\"", "")))
                        .on(
                                WEBHOOKS,
                                200,
                                list(
                                        webhook("istio-sidecar-injector-1-0", "1-0", ""),
                                        webhook("istio-sidecar-injector-1-1", "1-1", ""),
                                        webhook("istio-sidecar-injector-1-2", "1-2", ""),
                                        webhook(
                                                "istio-revision-tag-prod",
                                                "1-0",
                                                ",\"istio.io/tag\":\"prod\"")))
                        .on(
                                "GET /apis/apps/v1/namespaces/istio-system/deployments",
                                200,
                                list(
                                        controlPlane("1-0", 1),
                                        controlPlane("1-1", 1),
                                        controlPlane("1-2", 0)))
                        .on("GET /api/v1/namespaces/empty/pods", 200, list())
                        .on("GET /api/v1/namespaces/tagged/pods", 200, list())
                        .on(
                                "GET /api/v1/namespaces/shop/pods",
                                200,
                                list(pod("web-5d-a", "web-5d"), pod("web-5d-b", "web-5d")))
                        .on("GET /apis/apps/v1/namespaces/empty/deployments", 200, list())
                        .on(
                                "GET /apis/apps/v1/namespaces/shop/deployments",
                                200,
                                list(deployment("web", 2), deployment("broken", 0)))
                        .on("GET /apis/apps/v1/namespaces/shop/replicasets", 200, list())
                        .on("GET /api/v1/namespaces/empty", 200, namespace("empty", "", ""))
                        .on("PATCH /api/v1/namespaces/empty", 200, namespace("empty", "", ""));
        typed = new Typed(cluster, folder);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void showsWhatItWouldDoAndChangesNothing() throws IOException {
        assertThat(typed.run("upgrade", "--to", "1-1", "--dry-run"))
                .isEqualTo(
                        """
                        namespace empty: istio.io/rev=1-0 -> istio.io/rev=1-1
                        namespace shop: istio.io/rev=1-0 -> istio.io/rev=1-1
                          1/2 restart Deployment/web
                          2/2 restart Deployment/broken (not healthy before: not waited for)
                        namespace tagged stays: it follows prod; serin tag set prod --revision 1-1 --overwrite moves it
                        guards: each batch ready and in sync within 300 s; then for 5 s at least 99 % of its requests succeed
                        """);
        assertNothingWritten();
    }

    /** Once pods that no label speaks of stayed where they were, though their tag had moved. */
    @Test
    void hasPodsFollowTheDefaultThatNoLabelSpeaksOf() throws IOException {
        cluster.on("GET /api/v1/namespaces", 200, list(namespace("shop", "", "")));
        String own = webhook("istio-sidecar-injector-1-1", "1-1", "");
        String tag =
                webhook("istio-revision-tag-default", "1-1", ",\"istio.io/tag\":\"default\"")
                        .replace("\"a\"", "\"auto.sidecar-injector.istio.io\"");
        cluster.on(WEBHOOKS, 200, list(own, tag));

        assertThat(typed.run("upgrade", "--to", "1-1", "--dry-run"))
                .startsWith(
                        """
                        namespace shop: no label stays
                          1/2 restart Deployment/web
                        """);

        cluster.on(
                WEBHOOKS,
                200,
                list(
                        own,
                        tag.replace(
                                "\"clientConfig\"",
                                "\"objectSelector\":{\"matchLabels\":"
                                        + "{\"istio.io/deactivated\":\"never-match\"}},"
                                        + "\"clientConfig\"")));
        assertThat(typed.run("upgrade", "--to", "1-1", "--dry-run"))
                .as("what is asleep takes nobody in")
                .isEqualTo("nothing to do: no namespace is bound to a revision by its label\n");
    }

    @Test
    void showsItToProgramsToo() throws IOException {
        assertThat(typed.run("upgrade", "--to", "1-1", "-n", "shop", "--dry-run", "-o", "json"))
                .startsWith(
                        "{\"schemaVersion\":1,\"event\":\"Planned\",\"verb\":\"UPGRADE\","
                                + "\"to\":\"1-1\",\"namespaces\":[{\"namespace\":\"shop\","
                                + "\"now\":{\"istio.io/rev\":\"1-0\"}")
                .contains("\"batches\":[[\"Deployment/web\"],[\"Deployment/broken\"]]")
                .hasLineCount(1);
    }

    @Test
    void asksNobodyWhereNobodyIs() throws IOException {
        assertThat(typed.refusal(ExitCode.USAGE, "upgrade", "--to", "1-1", "-n", "shop"))
                .contains("there is no terminal to ask on")
                .contains("serin upgrade --to 1-1 --namespace shop --yes");
        assertNothingWritten();
    }

    @Test
    void movesAnEmptyNamespaceAndWritesDownTheWayBackInTheSameRequest() throws IOException {
        assertThat(typed.run("upgrade", "--to", "1-1", "-n", "empty", "--yes", "-o", "json"))
                .contains(
                        "{\"event\":\"NamespaceBound\",\"namespace\":\"empty\","
                                + "\"now\":\"istio.io/rev=1-0\",\"then\":\"istio.io/rev=1-1\"}\n")
                .endsWith(
                        "{\"event\":\"NamespaceDone\",\"namespace\":\"empty\","
                                + "\"revision\":\"1-1\"}\n");
        assertThat(cluster.sent("PATCH"))
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .contains("serin.io/rollout-holder")
                                        .contains("\"resourceVersion\":\"7\""),
                        second ->
                                assertThat(second)
                                        .contains("\"istio.io/rev\":\"1-1\"")
                                        .contains("serin.io/previous-revision")
                                        .contains("\\\"phase\\\":\\\"RUNNING\\\""),
                        third -> assertThat(third).contains("\\\"phase\\\":\\\"DONE\\\""));
    }

    @Test
    void saysWhoElseIsAtItBeforeItAsks() throws IOException {
        cluster.on(
                "GET /api/v1/namespaces",
                200,
                list(
                        namespace(
                                "empty",
                                "\"istio.io/rev\":\"1-0\"",
                                """
                                "serin.io/rollout-holder":"{\\"holder\\":\\"bob@b, process 2\\",\\"run\\":\\"b 2\\",\\"since\\":\\"2026-01-02T03:04:05Z\\",\\"until\\":\\"2999-01-01T00:00:00Z\\"}"
                                """)));

        assertThat(typed.refusal(ExitCode.FAILED, "upgrade", "--to", "1-1", "-n", "empty"))
                .contains(
                        "nothing was changed: namespace empty is being moved by bob@b, process 2"
                                + " since 2026-01-02T03:04:05Z")
                .contains("wait until that is done, or end it there");
        assertNothingWritten();
    }

    @Test
    void refusesWhatCannotBeAndSaysWhatToDo() throws IOException {
        assertThat(typed.refusal(ExitCode.FAILED, "upgrade", "--to", "2-0", "--yes"))
                .contains("there is no revision 2-0")
                .contains("serin install --revision 2-0");
        assertThat(typed.refusal(ExitCode.FAILED, "upgrade", "--to", "1-2", "--yes"))
                .contains("revision 1-2 is not ready: Deployment istiod-1-2 has no pod");
        assertThat(
                        typed.refusal(
                                ExitCode.FAILED, "upgrade", "--to", "1-1", "-n", "tagged", "--yes"))
                .contains("namespace tagged is bound by tag prod")
                .contains("serin tag set prod --revision 1-1");
        assertThat(typed.refusal(ExitCode.USAGE, "upgrade", "--to", "1.1"))
                .contains("revision: '1.1' (expected: a DNS label");
        assertThat(typed.refusal(ExitCode.USAGE, "upgrade", "--to", "1-1", "--batch", "0"))
                .contains("batch: '0' (expected: ");
        assertThat(typed.refusal(ExitCode.USAGE, "upgrade", "--to", "1-1", "--guard", "luck=good"))
                .contains("guard: 'luck=good' (expected: ");
        assertThat(typed.refusal(ExitCode.USAGE, "upgrade", "--to", "1-1", "--on-failure", "cry"))
                .contains("--on-failure");
        assertThat(typed.refusal(ExitCode.FAILED, "rollback", "--yes"))
                .contains("there is nothing to undo");
        assertNothingWritten();
    }

    @Test
    void rollbackShowsWhereItLeads() throws IOException {
        cluster.on(
                "GET /api/v1/namespaces",
                200,
                list(
                        namespace(
                                "shop",
                                "\"istio.io/rev\":\"1-1\"",
                                """
                                "serin.io/previous-revision":"{\\"istio-injection\\":\\"disabled\\"}",
                                "serin.io/rollout":"{\\"verb\\":\\"UPGRADE\\",\\"step\\":\\"s.1-1\\",\\"to\\":\\"1-1\\",\\"started\\":\\"\\",\\"phase\\":\\"STOPPED\\",\\"notHealthyBefore\\":[],\\"done\\":[],\\"reason\\":\\"no\\"}"
                                """)));

        assertThat(typed.run("rollback", "--dry-run"))
                .startsWith(
                        "namespace shop: istio.io/rev=1-1 -> istio-injection=disabled\n"
                                + "  1/2 restart Deployment/broken\n"
                                + "  2/2 restart Deployment/web\n");
        assertNothingWritten();
    }

    private void assertNothingWritten() {
        assertThat(cluster.requests()).allMatch(request -> request.startsWith("GET"));
    }

    private static String namespace(String name, String labels, String annotations) {
        return "{\"metadata\":{\"name\":\"%s\",\"resourceVersion\":\"7\",\"labels\":{%s},\"annotations\":{%s}}}"
                .formatted(name, labels, annotations);
    }

    private static String webhook(String name, String revision, String labels) {
        return """
        {"metadata":{"name":"%s","labels":{"app":"sidecar-injector","istio.io/rev":"%s"%s}},
         "webhooks":[{"name":"a","clientConfig":{"caBundle":"Q0E="}}]}
        """
                .formatted(name, revision, labels);
    }

    private static String controlPlane(String revision, int ready) {
        return """
        {"metadata":{"name":"istiod-%1$s","namespace":"istio-system"},
         "spec":{"replicas":1,"selector":{"matchLabels":{"app":"istiod"}},
          "template":{"metadata":{"labels":{"app":"istiod","istio.io/rev":"%1$s"}}}},
         "status":{"readyReplicas":%2$d}}
        """
                .formatted(revision, ready);
    }

    private static String deployment(String name, int ready) {
        return """
        {"metadata":{"name":"%1$s","namespace":"shop","generation":1},
         "spec":{"replicas":2,"selector":{"matchLabels":{"app":"%1$s"}},
          "template":{"metadata":{"labels":{"app":"%1$s"}},"spec":{"containers":[]}}},
         "status":{"observedGeneration":1,"replicas":2,"updatedReplicas":2,
          "readyReplicas":%2$d,"conditions":[]}}
        """
                .formatted(name, ready);
    }

    private static String pod(String name, String replicaSet) {
        return """
        {"metadata":{"name":"%s","namespace":"shop","labels":{"pod-template-hash":"5d"},
          "annotations":{"istio.io/rev":"1-0"},
          "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"%s","uid":"1"}]},
         "spec":{"containers":[]},"status":{"phase":"Running",
          "conditions":[{"type":"Ready","status":"True"}]}}
        """
                .formatted(name, replicaSet);
    }

    @Test
    void saysThatTheClusterStayedAway() throws Exception {
        StringWriter said = new StringWriter();
        CommandLine line = SerinCommand.line().setErr(new PrintWriter(said, true));

        int exitCode =
                line.getExecutionExceptionHandler()
                        .handleExecutionException(
                                new ClusterGone("no connection", new Error("list")),
                                line,
                                line.parseArgs());

        assertThat(exitCode).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(said.toString())
                .startsWith("serin: the cluster can't be reached: no connection");
    }
}
