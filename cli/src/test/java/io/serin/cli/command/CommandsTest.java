// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.RecordedCluster;
import io.serin.cli.client.ExitCode;
import io.serin.cli.client.InstallValue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

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

    /** Rows: what an object of that name says of itself, and who is named in the refusal. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "labels":{"istio.io/rev":"2-0","app.kubernetes.io/managed-by":"serin"} | belongs to revision '2-0'
                    "annotations":{"meta.helm.sh/release-name":"mesh","meta.helm.sh/release-namespace":"ns"} | release 'mesh' of Helm in namespace ns
                    "labels":{"istio.io/rev":"1-0","app.kubernetes.io/managed-by":"istioctl"} | belongs to 'istioctl', by its label
                    "labels":{"istio.io/rev":"1-0"},"managedFields":[{"manager":"kubectl"},{"manager":"argo"}] | belongs to whoever used argo, kubectl
                    """)
    void installTouchesNothingOfOthers(String metadata, String owner) throws IOException {
        cluster.on("GET " + WEBHOOKS, 200, list())
                .on(
                        "GET /api/v1",
                        200,
                        """
                        {"kind":"APIResourceList","groupVersion":"v1","resources":[
                         {"name":"namespaces","namespaced":false,"kind":"Namespace","verbs":["get"]},
                         {"name":"serviceaccounts","namespaced":true,"kind":"ServiceAccount","verbs":["get"]}]}
                        """)
                .on(
                        "GET /api/v1/namespaces/istio-system/serviceaccounts/istiod-1-0",
                        200,
                        "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{"
                                + "\"name\":\"istiod-1-0\","
                                + metadata
                                + "}}");

        assertThat(typed.refusal(ExitCode.FAILED, "install", "--revision", "1-0"))
                .contains("ServiceAccount istiod-1-0 is there and ")
                .contains(owner)
                .contains("nothing was changed");
        assertThat(cluster.requests()).allMatch(request -> request.startsWith("GET"));
    }

    /** As local-cluster answers, which knows the kind by name alone. */
    @Test
    void installOfAnAgentOnEachNodeIsRefusedWhereThereAreNoDaemonSets() throws IOException {
        cluster.on("GET " + WEBHOOKS, 200, list())
                .on(
                        "GET /apis/apps/v1",
                        200,
                        """
                        {"kind":"APIResourceList","groupVersion":"apps/v1","resources":[
                         {"name":"daemonsets","namespaced":true,"kind":"DaemonSet","verbs":["get"]}]}
                        """);

        assertThat(
                        typed.refusal(
                                ExitCode.FAILED,
                                "install",
                                "--revision",
                                "1-0",
                                "--set",
                                "pilot.cni.enabled=true"))
                .contains("pilot.cni.enabled: this cluster does not serve DaemonSets")
                .contains("nothing was changed");
        assertThat(cluster.requests()).allMatch(request -> request.startsWith("GET"));
    }

    /** Its pods would match the tag's webhook and the revision's. */
    @Test
    void installIsRefusedWhereATagHasTheName() throws IOException {
        cluster.on("GET " + WEBHOOKS, 200, list(webhook("1-0", "\"istio.io/tag\":\"prod\"")));

        assertThat(typed.refusal(ExitCode.FAILED, "install", "--revision", "prod"))
                .contains("there is a tag prod, pointing to revision 1-0");
    }

    @Test
    void installRefusesANameThatIsTooLongForItsService() throws IOException {
        assertThat(typed.refusal(ExitCode.USAGE, "install", "--revision", "a".repeat(57)))
                .contains("57 characters (expected: at most 56");
        assertThat(
                        typed.refusal(
                                ExitCode.USAGE,
                                "install",
                                "--revision",
                                "a".repeat(57),
                                "--dry-run"))
                .contains("57 characters (expected: at most 56");
    }

    /** The channel could never set its tag then, and of a tag's Service nobody knew whose it is. */
    @ParameterizedTest
    @CsvSource({
        "asm-managed, a channel",
        "asm-managed-rapid, a channel",
        "asm-managed-stable, a channel",
        "revision-tag-prod, its Service",
    })
    void installRefusesANameOfTags(String name, String why) throws IOException {
        String said = "--revision " + name + ": " + why;
        assertThat(typed.refusal(ExitCode.USAGE, "install", "--revision", name)).contains(said);
        assertThat(typed.refusal(ExitCode.USAGE, "install", "--revision", name, "--dry-run"))
                .contains(said);
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void installTakesANameThatOnlyLooksLikeATags() throws IOException {
        assertThat(typed.run("install", "--revision", "asm-managed-2", "--dry-run")).isNotEmpty();
    }

    @Test
    void installsDryRunNeedsNoCluster() throws IOException {
        cluster.close();

        assertThat(typed.run("install", "--revision", "2-0", "--dry-run", "-o", "yaml"))
                .startsWith("---\n")
                .contains("kind: Deployment")
                .contains("name: istiod-2-0");
        assertThat(typed.run("install", "--revision", "2-0", "--dry-run", "-o", "json"))
                .startsWith("{")
                .contains("\"kind\" : \"List\"");
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void installsHelpListsEveryValue() {
        StringWriter said = new StringWriter();
        CommandLine line = SerinCommand.line().setOut(new PrintWriter(said, true));
        assertThat(line.execute("install", "--help")).isZero();

        for (InstallValue value : InstallValue.values()) {
            assertThat(said.toString()).contains(value.key());
            assertThat(said.toString().replaceAll("\\s+", " ")).contains("makes, at 80 % of");
        }
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
