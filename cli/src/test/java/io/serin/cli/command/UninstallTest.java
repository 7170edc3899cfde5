// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static io.serin.cli.RecordedCluster.list;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.Revision;
import io.serin.cli.RecordedCluster;
import io.serin.cli.client.Installation;
import io.serin.kube.Kube;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes with the last revision, and what stays with another. */
class UninstallTest {

    private static final String SYSTEM = "/api/v1/namespaces/istio-system";
    private static final String ALL_DEPLOYMENTS = "GET /apis/apps/v1/deployments";
    private static final String WEBHOOKS =
            "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private static final String OWN_DEPLOYMENTS =
            "/apis/apps/v1/namespaces/istio-system/deployments";
    private static final String AUTHORITY = SYSTEM + "/secrets/istio-ca-secret";
    private static final String ELECTION =
            "/apis/coordination.k8s.io/v1/namespaces/istio-system/leases"
                    + "/istio-namespace-controller-election";
    private static final List<String> SHARED =
            List.of(
                    "DELETE " + AUTHORITY,
                    "DELETE " + ELECTION,
                    "DELETE /api/v1/namespaces/lab/configmaps/istio-ca-root-cert",
                    "DELETE /api/v1/namespaces/shop/configmaps/istio-ca-root-cert");
    private static final String OURS = "'app.kubernetes.io/managed-by':'serin'";
    private static final String TAGGED = "\"istio.io/tag\":\"prod\",";
    private static final String PODS = "GET " + SYSTEM + "/pods";

    @TempDir Path folder;

    private RecordedCluster cluster;
    private Typed typed;

    @BeforeEach
    void record() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        cluster =
                new RecordedCluster()
                        .on("GET /api/v1/namespaces", 200, list())
                        .on("GET /api/v1/pods", 200, list())
                        // Its pod takes a moment to go: the others' first look is before that.
                        .on(PODS, 200, _ -> asked.getAndIncrement() < 2 ? list(pod()) : list())
                        .on(WEBHOOKS, 200, list(named("", "i", "1-0")))
                        .on("GET " + OWN_DEPLOYMENTS, 200, list(controlPlane("1-0")))
                        .on("DELETE " + OWN_DEPLOYMENTS, 200, json("{'kind':'Status'}"))
                        .on(ALL_DEPLOYMENTS, 200, list(controlPlane("1-0")))
                        .on("GET " + AUTHORITY, 200, secret(OURS))
                        .on(
                                "GET " + ELECTION,
                                200,
                                json(
                                        """
                                        {'apiVersion':'coordination.k8s.io/v1','kind':'Lease',
                                         'metadata':{'name':'istio-namespace-controller-election',
                                          'namespace':'istio-system'}}
                                        """))
                        .on(
                                "GET /api/v1/configmaps",
                                200,
                                list(
                                        configMap("shop", "istio-ca-root-cert"),
                                        configMap("shop", "istio-ca-crl"),
                                        configMap("lab", "istio-ca-root-cert")));
        kinds("v1", "ConfigMap", "Secret", "Service", "ServiceAccount");
        kinds("apps/v1", "Deployment");
        kinds("coordination.k8s.io/v1", "Lease");
        SHARED.forEach(delete -> cluster.on(delete, 200, json("{'kind':'Status'}")));
        typed = new Typed(cluster, folder);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void theLastRevisionTakesAlongWhatAllShared() throws IOException {
        assertThat(typed.run("uninstall", "--revision", "1-0", "-y"))
                .contains("revision 1-0 is gone");

        assertThat(shared()).containsExactlyInAnyOrderElementsOf(SHARED);
        assertThat(cluster.requests())
                .filteredOn(request -> request.startsWith("GET /api/v1/configmaps"))
                .allSatisfy(request ->
                        assertThat(request).contains("labelSelector=istio.io%2Fconfig%3Dtrue"));
    }

    /** A control plane that runs would write them again. */
    @Test
    void whatAllSharedGoesAfterThePods() throws IOException {
        typed.run("uninstall", "--revision", "1-0", "-y");

        List<String> requests = cluster.requests();
        int deployment = index(requests, "DELETE " + OWN_DEPLOYMENTS);
        int lastLook = requests.size() - 1 - index(requests.reversed(), PODS);
        assertThat(SHARED)
                .allSatisfy(delete ->
                        assertThat(index(requests, delete))
                                .isGreaterThan(lastLook)
                                .isGreaterThan(deployment));
    }

    /** Once they were still there when the revision was called gone. */
    @Test
    void thePodsOfTheNodesAgentsAreWaitedFor() throws IOException {
        String agents = "app%3Distio-cni-node";
        AtomicInteger looks = new AtomicInteger();
        cluster.on(
                PODS,
                200,
                _ -> {
                    boolean isOfAgents = cluster.requests().getLast().contains(agents);
                    return isOfAgents && looks.getAndIncrement() < 2 ? list(pod()) : list();
                });

        typed.run("uninstall", "--revision", "1-0", "-y");

        assertThat(looks).hasValue(3);
        List<String> requests = cluster.requests();
        int lastLook =
                requests.lastIndexOf(
                        requests.stream()
                                .filter(request -> request.contains(agents))
                                .findFirst()
                                .orElseThrow());
        assertThat(SHARED)
                .allSatisfy(it -> assertThat(index(requests, it)).isGreaterThan(lastLook));
    }

    @Test
    void thePlanNamesThem() throws IOException {
        assertThat(plan())
                .endsWith(
                        "Secret istio-ca-secret",
                        "Lease istio-namespace-controller-election",
                        "ConfigMap istio-ca-root-cert of namespaces lab, shop");
    }

    @ParameterizedTest
    @CsvSource({"istio-system, 1-1", "istio-system, default", "elsewhere, 1-0"})
    void allStaysWhileAnotherControlPlaneIsThere(String namespace, String revision)
            throws IOException {
        cluster.on(
                ALL_DEPLOYMENTS,
                200,
                list(controlPlane("1-0"), named(namespace, "istiod-x", revision)));

        assertThat(plan()).noneMatch(line -> line.contains("istio-ca"));
        typed.run("uninstall", "--revision", "1-0", "-y");

        assertThat(shared()).isEmpty();
    }

    /** By label: neither what is of another, nor what is nobody's, as definitions of kinds. */
    @Test
    void nothingGoesButWhatIsLabelledAsTheRevisions() throws IOException {
        cluster.on(
                        ALL_DEPLOYMENTS,
                        200,
                        list(controlPlane("1-0"), named("istio-system", "istiod-1-1", "1-1")))
                .on("GET " + SYSTEM + "/services", 200, list(controlPlane("1-0")))
                .on("GET " + SYSTEM + "/configmaps", 200, list(controlPlane("1-0")))
                .on("GET " + SYSTEM + "/secrets", 200, list(controlPlane("1-0")));

        typed.run("uninstall", "--revision", "1-0", "-y");

        List<String> changes =
                cluster.requests().stream().filter(it -> !it.startsWith("GET ")).toList();
        assertThat(changes)
                .extracting(request -> request.substring(0, request.indexOf('?')))
                .containsExactlyInAnyOrder(
                        WEBHOOKS.replace("GET", "DELETE"),
                        "DELETE " + OWN_DEPLOYMENTS,
                        "DELETE " + SYSTEM + "/services",
                        "DELETE " + SYSTEM + "/configmaps",
                        "DELETE " + SYSTEM + "/secrets");
        assertThat(changes)
                .allSatisfy(request ->
                        assertThat(request)
                                .contains("istio.io%2Frev%3D1-0")
                                .containsPattern(
                                        request.contains("/secrets")
                                                ? "app%3Distiod"
                                                : "managed-by%3Dserin"));
    }

    /** Its control plane may be out of this cluster. */
    @Test
    void allStaysWhileAnotherInjects() throws IOException {
        cluster.on(
                WEBHOOKS,
                200,
                list(
                        named("", "i", "1-0"),
                        named("", "j", "1-1").replace("\"labels\":{", "\"labels\":{" + TAGGED)));

        assertThat(plan()).noneMatch(line -> line.contains("istio-ca"));
        typed.run("uninstall", "--revision", "1-0", "-y");

        assertThat(shared()).isEmpty();
    }

    @Test
    void anAuthorityThatAnotherProgramMadeStays() throws IOException {
        cluster.on("GET " + AUTHORITY, 200, secret("'app':'istiod'"));

        assertThat(plan()).noneMatch(line -> line.startsWith("Secret"));
        typed.run("uninstall", "--revision", "1-0", "-y");

        assertThat(shared()).hasSize(SHARED.size() - 1).doesNotContain("DELETE " + AUTHORITY);
    }

    @Test
    void anUninstallationThatWasBrokenOffIsDoneAgain() throws IOException {
        cluster.on("GET " + OWN_DEPLOYMENTS, 200, list())
                .on(WEBHOOKS, 200, list())
                .on(ALL_DEPLOYMENTS, 200, list())
                .on("GET " + SYSTEM + "/secrets", 200, list(secret("'app':'istiod'")));

        typed.run("uninstall", "--revision", "1-0", "-y");

        assertThat(shared()).containsExactlyInAnyOrderElementsOf(SHARED);
    }

    private List<String> plan() throws IOException {
        try (Kube kube = Kube.connect(Optional.of(cluster.kubeconfig(folder)), Optional.empty())) {
            return new Installation(kube, _ -> {}).uninstallable(new Revision("1-0"), false);
        }
    }

    private List<String> shared() {
        return cluster.requests().stream().filter(SHARED::contains).toList();
    }

    private static int index(List<String> requests, String start) {
        return requests.indexOf(
                requests.stream()
                        .filter(request -> request.startsWith(start))
                        .findFirst()
                        .orElseThrow());
    }

    /** Lets the API server say that it has these kinds. */
    private void kinds(String version, String... kinds) {
        String resources =
                Stream.of(kinds)
                        .map(kind ->
                                "{'name':'%ss','namespaced':true,'kind':'%s','verbs':['get']}"
                                        .formatted(kind.toLowerCase(Locale.ROOT), kind))
                        .collect(Collectors.joining(","));
        cluster.on(
                "GET " + (version.equals("v1") ? "/api/" : "/apis/") + version,
                200,
                json(
                        "{'kind':'APIResourceList','apiVersion':'v1','groupVersion':'"
                                + version
                                + "','resources':["
                                + resources
                                + "]}"));
    }

    private static String controlPlane(String revision) {
        return named("istio-system", "istiod-" + revision, revision);
    }

    private static String named(String namespace, String name, String revision) {
        return json(
                "{'metadata':{'name':'"
                        + name
                        + "','namespace':'"
                        + namespace
                        + "','labels':{'istio.io/rev':'"
                        + revision
                        + "',"
                        + OURS
                        + "}}}");
    }

    private static String secret(String labels) {
        return json(
                "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'istio-ca-secret',"
                        + "'namespace':'istio-system','labels':{"
                        + labels
                        + "}}}");
    }

    private static String configMap(String namespace, String name) {
        return json("{'metadata':{'name':'" + name + "','namespace':'" + namespace + "'}}");
    }

    private static String pod() {
        return json(
                """
                {'metadata':{'name':'istiod-1-0-x','namespace':'istio-system'},
                 'spec':{},'status':{'phase':'Running'}}
                """);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
