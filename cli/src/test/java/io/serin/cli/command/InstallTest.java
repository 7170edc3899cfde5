// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static io.serin.cli.RecordedCluster.list;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.RecordedCluster;
import io.serin.cli.client.ExitCode;
import io.serin.cli.client.InstallValue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What an installation refuses before it changes anything, and what it needs no cluster for. */
class InstallTest {

    private static final String WEBHOOKS =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

    @TempDir Path folder;

    private RecordedCluster cluster;
    private Typed typed;

    @BeforeEach
    void record() throws IOException {
        cluster = new RecordedCluster();
        typed = new Typed(cluster, folder);
    }

    @AfterEach
    void close() {
        cluster.close();
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
    void touchesNothingOfOthers(String metadata, String owner) throws IOException {
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
    void ofAnAgentOnEachNodeIsRefusedWhereThereAreNoDaemonSets() throws IOException {
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
    void isRefusedWhereATagHasTheName() throws IOException {
        cluster.on(
                "GET " + WEBHOOKS,
                200,
                list(
                        """
                        {"apiVersion":"admissionregistration.k8s.io/v1",
                         "kind":"MutatingWebhookConfiguration",
                         "metadata":{"name":"w","labels":{"istio.io/rev":"1-0",
                          "app.kubernetes.io/managed-by":"serin","istio.io/tag":"prod"}}}
                        """));

        assertThat(typed.refusal(ExitCode.FAILED, "install", "--revision", "prod"))
                .contains("there is a tag prod, pointing to revision 1-0");
    }

    @Test
    void refusesANameThatIsTooLongForItsService() throws IOException {
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
    void refusesANameOfTags(String name, String why) throws IOException {
        String said = "--revision " + name + ": " + why;
        assertThat(typed.refusal(ExitCode.USAGE, "install", "--revision", name)).contains(said);
        assertThat(typed.refusal(ExitCode.USAGE, "install", "--revision", name, "--dry-run"))
                .contains(said);
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void takesANameThatOnlyLooksLikeATags() throws IOException {
        assertThat(typed.run("install", "--revision", "asm-managed-2", "--dry-run")).isNotEmpty();
    }

    @Test
    void dryRunNeedsNoCluster() throws IOException {
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
    void helpListsEveryValue() {
        StringWriter said = new StringWriter();
        CommandLine line = SerinCommand.line().setOut(new PrintWriter(said, true));
        assertThat(line.execute("install", "--help")).isZero();

        for (InstallValue value : InstallValue.values()) {
            assertThat(said.toString()).contains(value.key());
            assertThat(said.toString().replaceAll("\\s+", " ")).contains("makes, at 80 % of");
        }
    }
}
