// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static io.serin.cli.RecordedCluster.list;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.RecordedCluster;
import io.serin.cli.client.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole commands against an API server's recorded answers. */
class CommandsTest {

    private static final String SYSTEM = "/api/v1/namespaces/istio-system/pods";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/istio-system/deployments";
    private static final String REPLICA_SETS = "/apis/apps/v1/namespaces/istio-system/replicasets";

    private static final String WEBHOOKS =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private static final String HELM =
            "\"annotations\":{\"meta.helm.sh/release-name\":\"mesh\","
                    + "\"meta.helm.sh/release-namespace\":\"istio-system\"}";

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
                                        namespace("istio-system", ""),
                                        namespace("shop", "\"istio.io/rev\":\"1-0\""),
                                        namespace("old", "\"istio-injection\":\"enabled\""),
                                        namespace("plain", ""),
                                        namespace("typo", "\"istio.io/rev\":\"1-O\"")))
                        .on(
                                "GET /api/v1/pods",
                                200,
                                list(
                                        pod("shop", "web", "", "1-0"),
                                        pod("shop", "late", "", ""),
                                        pod("shop", "dead", "", "1-0"),
                                        pod(
                                                "shop",
                                                "out",
                                                "\"sidecar.istio.io/inject\":\"false\"",
                                                ""),
                                        pod("old", "legacy", "", ""),
                                        pod("plain", "own", "\"istio.io/rev\":\"ghost\"", ""),
                                        pod("plain", "none", "", "")))
                        .on("GET " + SYSTEM, 200, list(pod("istio-system", "istiod-1-0-x", "", "")))
                        .on("GET " + REPLICA_SETS, 200, list())
                        .on(
                                "GET " + SYSTEM + "/istiod-1-0-x:8080/proxy/debug/syncz",
                                200,
                                """
                                {"revision":"1-0","proxies":[{"pod":"web","namespace":"shop",
                                 "version":"0.1.0","connectedSince":"2026-01-02T03:04:05Z",
                                 "revision":"1-0","home":{"wanted":"1-1","actual":"1-0",
                                  "lastFailure":{"message":"nobody is there"}},
                                 "types":{"CLUSTER":{"sent":"7","acked":"7"},
                                          "LISTENER":{"sent":"7","acked":"6"}}}]}
                                """)
                        .on("GET " + DEPLOYMENTS, 200, list(deployment(1, "")))
                        .on(
                                "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
                                200,
                                list(
                                        injector("istio-sidecar-injector-1-0", ""),
                                        injector(
                                                "istio-revision-tag-prod",
                                                ",\"istio.io/tag\":\"prod\"")));
        typed = new Typed(cluster, folder);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void revisionListCountsConnectedProxiesAndHearsEveryLabel() throws IOException {
        assertThat(typed.run("revision", "list"))
                .isEqualTo(
                        """
                        REVISION   READY     WEBHOOKS   TAGS   NAMESPACES   PROXIES   PENDING   UNMESHED
                        1-0        yes       yes        prod   shop         1         1         1
                        1-O        MISSING   no         -      typo         0         0         0
                        default    MISSING   no         -      old          0         1         1
                        ghost      MISSING   no         -      -            0         1         1
                        """);
    }

    @Test
    void revisionListAsJsonAndYaml() throws IOException {
        assertThat(typed.run("revision", "list", "-o", "json"))
                .startsWith(
                        """
                        {
                          "schemaVersion" : 1,
                          "revisions" : [ {
                            "revision" : "1-0",
                            "ready" : "yes",
                            "webhooks" : true,
                            "tags" : [ "prod" ],
                            "namespaces" : [ "shop" ],
                            "proxies" : 1,
                            "pending" : 1,
                            "unmeshed" : 1
                          }\
                        """);
        assertThat(typed.run("revision", "list", "-o", "yaml"))
                .contains("schemaVersion: 1")
                .contains("pending: 1");
    }

    @Test
    void proxyStatusShowsEachTypesState() throws IOException {
        assertThat(typed.run("proxy", "status"))
                .isEqualTo(
                        """
                        NAME   NAMESPACE   REVISION   INJECTED   WANTED   CONTROL-PLANE   VERSION   CDS      LDS     EDS        RDS        CONNECTED              NOT-MOVED
                        web    shop        1-0        1-0        1-1      istiod-1-0-x    0.1.0     SYNCED   STALE   NOT SENT   NOT SENT   2026-01-02T03:04:05Z   nobody is there
                        """);
    }

    @Test
    void proxyStatusFindsAPodByBothOfItsNames() throws IOException {
        assertThat(typed.run("proxy", "status", "web")).hasLineCount(2);
        assertThat(typed.run("proxy", "status", "web.shop")).hasLineCount(2);
        assertThat(typed.refusal(ExitCode.FAILED, "proxy", "status", "web.old"))
                .contains("no control plane knows a proxy of pod web.old");
    }

    @Test
    void proxyConfigSaysWhetherItIsThePodOrTheClusterThatIsNotThere() throws IOException {
        assertThat(typed.refusal(ExitCode.FAILED, "proxy", "config", "gone"))
                .contains("there is no pod default/gone");
        cluster.close();
        assertThat(typed.refusal(ExitCode.UNREACHABLE, "proxy", "config", "web.shop"))
                .contains("the cluster can't be reached at http");
    }

    /** Each asks its own control plane, and who looks asks all of them. */
    @Test
    void proxyStatusShowsTheProxiesOfAllRevisionsOnceEach() throws IOException {
        cluster.on(
                        "GET " + SYSTEM,
                        200,
                        list(
                                pod("istio-system", "istiod-1-0-x", "", ""),
                                pod("istio-system", "istiod-1-1-y", "", ""),
                                pod("istio-system", "istiod-1-1-z", "", "")))
                .on(
                        "GET " + SYSTEM + "/istiod-1-1-y:8080/proxy/debug/syncz",
                        200,
                        knowing("1-1", "shop", "late"))
                .on(
                        "GET " + SYSTEM + "/istiod-1-1-z:8080/proxy/debug/syncz",
                        200,
                        knowing("1-1", "old", "web"));

        assertThat(typed.run("proxy", "status").lines().skip(1))
                .extracting(line -> List.of(line.split(" +", 7)).subList(0, 6))
                .containsExactly(
                        List.of("web", "old", "1-1", "1-1", "1-1", "istiod-1-1-z"),
                        List.of("late", "shop", "1-1", "1-1", "1-1", "istiod-1-1-y"),
                        List.of("web", "shop", "1-0", "1-0", "1-1", "istiod-1-0-x"));
        assertThat(typed.run("revision", "list"))
                .containsPattern("\n1-0 .* 1 +\\d+ +\\d+\n")
                .containsPattern("\n1-1 .* 2 +\\d+ +\\d+\n");
    }

    private static String knowing(String revision, String namespace, String proxy) {
        return """
        {"revision":"%1$s","proxies":[{"pod":"%3$s","namespace":"%2$s","version":"0.1.0",
         "connectedSince":"2026-01-02T03:04:05Z","revision":"%1$s","home":{"wanted":"%1$s"},
         "types":{}}]}
        """
                .formatted(revision, namespace, proxy);
    }

    @Test
    void aReplicaSetsRefusalIsShown() throws IOException {
        cluster.on("GET " + DEPLOYMENTS, 200, list(deployment(0, "")))
                .on("GET " + SYSTEM, 200, list())
                .on(
                        "GET " + REPLICA_SETS,
                        200,
                        list(
                                """
                                {"metadata":{"name":"istiod-1-0-5d","namespace":"istio-system"},
                                 "status":{"replicas":0,"conditions":[{"type":"ReplicaFailure",
                                  "status":"True","message":"exceeded quota: pods=0"}]}}
                                """));

        assertThat(typed.run("revision", "list"))
                .contains("no: pods are refused: exceeded quota: pods=0");
    }

    @Test
    void uninstallAsksNobodyWhereNobodyIs() throws IOException {
        assertThat(SerinCommand.run(typed.onCluster("uninstall", "--revision", "1-0")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void uninstallHearsInjectionLabelsToo() throws IOException {
        cluster.on("GET " + WEBHOOKS, 200, list(webhook("default", "\"x\":\"y\"")))
                .on("GET " + DEPLOYMENTS, 200, list());

        assertThat(typed.refusal(ExitCode.FAILED, "uninstall", "--revision", "default", "--yes"))
                .contains("revision default is in use: wanted by namespace old");
        assertThat(cluster.requests()).noneMatch(request -> request.startsWith("DELETE"));
    }

    @Test
    void uninstallSaysHowManyProxiesItWouldLeaveAloneAndWhich() throws IOException {
        cluster.on("GET " + WEBHOOKS, 200, list(webhook("1-0", "\"x\":\"y\"")))
                .on("GET " + DEPLOYMENTS, 200, list());

        assertThat(typed.refusal(ExitCode.FAILED, "uninstall", "--revision", "1-0", "--yes"))
                .contains(
                        "revision 1-0 is in use: by 2 proxies (shop/web, shop/dead); wanted by"
                                + " namespace shop")
                .contains("--force");

        cluster.on(
                "GET /api/v1/pods",
                200,
                list(
                        IntStream.range(0, 40)
                                .mapToObj(i -> pod("shop", "web-" + i, "", "1-0"))
                                .toArray(String[]::new)));
        assertThat(typed.refusal(ExitCode.FAILED, "uninstall", "--revision", "1-0", "--yes"))
                .contains("by 41 proxies (shop/web-0, ", "shop/web-29, …)")
                .doesNotContain("shop/web-30");

        cluster.on("GET /api/v1/pods", 200, list());
        assertThat(typed.refusal(ExitCode.FAILED, "uninstall", "--revision", "1-0", "--yes"))
                .contains("by 1 proxy (shop/");
        assertThat(cluster.requests()).noneMatch(request -> request.startsWith("DELETE"));
    }

    /** A webhook of a tag that nobody answers would let no pod come up. */
    @Test
    void uninstallIsRefusedWhileATagPointsThereByForceToo() throws IOException {
        cluster.on(
                        "GET " + WEBHOOKS,
                        200,
                        list(
                                webhook("2-0", "\"x\":\"y\""),
                                webhook("2-0", "\"istio.io/tag\":\"prod\"")))
                .on("GET " + DEPLOYMENTS, 200, list());

        assertThat(
                        typed.refusal(
                                ExitCode.FAILED, "uninstall", "--revision", "2-0", "-y", "--force"))
                .contains("revision 2-0 is in use: pointed to by tag prod")
                .contains("serin tag");
        assertThat(cluster.requests()).noneMatch(request -> request.startsWith("DELETE"));
    }

    @Test
    void uninstallOfWhatIsNotThereDeletesNothing() throws IOException {
        cluster.on("GET " + DEPLOYMENTS, 200, list()).on("GET " + WEBHOOKS, 200, list());

        assertThat(typed.refusal(ExitCode.FAILED, "uninstall", "--revision", "2-0", "-y"))
                .contains("there is no revision 2-0; nothing was deleted")
                .contains("serin revision list");
        assertThat(cluster.requests()).noneMatch(request -> request.startsWith("DELETE"));
    }

    @Test
    void uninstallLeavesToHelmWhatIsHelms() throws IOException {
        cluster.on(
                "GET " + WEBHOOKS,
                200,
                list(webhook("2-0", "\"x\":\"y\"").replace("\"labels\"", HELM + ",\"labels\"")));

        assertThat(typed.refusal(ExitCode.FAILED, "uninstall", "--revision", "2-0", "-y"))
                .contains("belongs to release 'mesh' of Helm in namespace istio-system")
                .contains("helm upgrade or helm uninstall mesh -n istio-system");
    }

    @Test
    void saysWhoseCredentialsWereNotAcceptedAndWhatToType() throws IOException {
        cluster.on(
                "GET /api/v1/namespaces",
                401,
                """
                {"kind":"Status","apiVersion":"v1","status":"Failure","code":401,
                 "reason":"Unauthorized","message":"Unauthorized"}
                """);

        assertThat(typed.refusal(ExitCode.FAILED, "revision", "list"))
                .containsPattern(
                        "serin: the credentials of the kubeconfig's user 'u' were not accepted by"
                                + " http://127[.]0[.]0[.]1:[0-9]+ [(]context x[)]: Unauthorized\n")
                .endsWith(
                        "  log in anew, until this knows you: kubectl auth whoami --context x;"
                                + " else give another --context NAME\n");
    }

    /** Once it named none: whether it was the wrong context or the network, nobody could tell. */
    @ParameterizedTest
    @ValueSource(strings = {"revision list", "tag undo prod", "uninstall --revision 1-0 -y"})
    void aClusterThatIsNotThereIsSaidToBeUnreachableByItsAddressAndContext(String command)
            throws IOException {
        cluster.close();

        assertThat(typed.refusal(ExitCode.UNREACHABLE, command.split(" ")))
                .containsPattern(
                        "the cluster can't be reached at http://127[.]0[.]0[.]1:[0-9]+"
                                + " [(]context x[)]: no connection\n")
                .doesNotContain("Operation");
    }

    private static String webhook(String revision, String labels) {
        return """
        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration",
         "metadata":{"name":"w","labels":{"istio.io/rev":"%s",
          "app.kubernetes.io/managed-by":"serin",%s}}}
        """
                .formatted(revision, labels);
    }

    private static String injector(String name, String labels) {
        return """
        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration",
         "metadata":{"name":"%s","labels":{"istio.io/rev":"1-0"%s}},"webhooks":[]}
        """
                .formatted(name, labels);
    }

    private static String namespace(String name, String labels) {
        return "{\"metadata\":{\"name\":\"%s\",\"labels\":{%s}}}".formatted(name, labels);
    }

    private static String pod(String namespace, String name, String labels, String revision) {
        return """
        {"metadata":{"name":"%s","namespace":"%s","labels":{%s},"annotations":{%s}},
         "spec":{},"status":{"phase":"Running"}}
        """
                .formatted(
                        name,
                        namespace,
                        labels,
                        revision.isEmpty() ? "" : "\"istio.io/rev\":\"" + revision + "\"");
    }

    private static String deployment(int ready, String conditions) {
        return """
        {"metadata":{"name":"istiod-1-0","namespace":"istio-system","generation":1},
         "spec":{"replicas":1,"selector":{"matchLabels":{"app":"istiod"}}},
         "status":{"observedGeneration":1,"replicas":%d,"updatedReplicas":%d,
          "readyReplicas":%d,"conditions":[%s]}}
        """
                .formatted(ready, ready, ready, conditions);
    }
}
