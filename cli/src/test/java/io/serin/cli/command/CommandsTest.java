// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.RecordedCluster;
import io.serin.cli.client.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whole commands against an API server's recorded answers. */
class CommandsTest {

    private static final String SYSTEM = "/api/v1/namespaces/istio-system/pods";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/istio-system/deployments";
    private static final String REPLICA_SETS = "/apis/apps/v1/namespaces/istio-system/replicasets";

    @TempDir Path folder;

    private RecordedCluster cluster;
    private final PrintStream stdout = System.out;

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
    }

    @AfterEach
    void close() {
        System.setOut(stdout);
        cluster.close();
    }

    @Test
    void revisionListCountsConnectedProxiesAndHearsEveryLabel() throws IOException {
        assertThat(run("revision", "list"))
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
        assertThat(run("revision", "list", "-o", "json"))
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
        assertThat(run("revision", "list", "-o", "yaml"))
                .contains("schemaVersion: 1")
                .contains("pending: 1");
    }

    @Test
    void proxyStatusShowsEachTypesState() throws IOException {
        assertThat(run("proxy", "status"))
                .isEqualTo(
                        """
                        NAME   NAMESPACE   REVISION   INJECTED   WANTED   CONTROL-PLANE   VERSION   CDS      LDS     EDS        RDS        CONNECTED              NOT-MOVED
                        web    shop        1-0        1-0        1-1      istiod-1-0-x    0.1.0     SYNCED   STALE   NOT SENT   NOT SENT   2026-01-02T03:04:05Z   nobody is there
                        """);
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

        assertThat(run("revision", "list"))
                .contains("no: pods are refused: exceeded quota: pods=0");
    }

    @Test
    void uninstallAsksNobodyWhereNobodyIs() throws IOException {
        assertThat(SerinCommand.run(onCluster("uninstall", "--revision", "1-0")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void uninstallHearsInjectionLabelsToo() throws IOException {
        cluster.on(
                "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
                        + "/istio-sidecar-injector-default",
                200,
                """
                {"apiVersion":"admissionregistration.k8s.io/v1",
                 "kind":"MutatingWebhookConfiguration",
                 "metadata":{"name":"istio-sidecar-injector-default"}}
                """);

        assertThat(refusal(ExitCode.FAILED, "uninstall", "--revision", "default", "--yes"))
                .contains("revision default is in use: wanted by namespaces old");
    }

    @Test
    void uninstallRefusesWhileATagPointsToIt() throws IOException {
        cluster.on("GET /api/v1/pods", 200, list())
                .on("GET /api/v1/namespaces", 200, list(namespace("plain", "")))
                .on("GET " + SYSTEM, 200, list())
                .on(
                        "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
                                + "/istio-sidecar-injector-1-0",
                        200,
                        injector("istio-sidecar-injector-1-0", ""));

        assertThat(refusal(ExitCode.FAILED, "uninstall", "--revision", "1-0", "--yes"))
                .contains("revision 1-0 is in use: pointed to by tags prod");
    }

    @Test
    void aClusterThatIsNotThereIsSaidToBeUnreachable() throws IOException {
        cluster.close();

        assertThat(refusal(ExitCode.UNREACHABLE, "revision", "list"))
                .contains("the cluster can't be reached: ")
                .doesNotContain("Operation");
    }

    /** What a command says that ends with this exit code. */
    private String refusal(int exitCode, String... arguments) throws IOException {
        StringWriter said = new StringWriter();
        CommandLine line = SerinCommand.line().setErr(new PrintWriter(said, true));

        assertThat(line.execute(onCluster(arguments))).isEqualTo(exitCode);
        return said.toString();
    }

    private String run(String... arguments) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(SerinCommand.run(onCluster(arguments))).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private String[] onCluster(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--kubeconfig", cluster.kubeconfig(folder).toString()));
        return all.toArray(String[]::new);
    }

    private static String list(String... items) {
        return "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":["
                + String.join(",", items)
                + "]}";
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
