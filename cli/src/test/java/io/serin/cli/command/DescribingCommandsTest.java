// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.cli.client.ExitCode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a person is shown of one revision, and of one namespace. */
class DescribingCommandsTest extends OnTaggedMesh {

    @Test
    void revisionDescribeShowsWhoIsOnItAndWhoShouldBe() throws IOException {
        mesh.tag("prod", "1-0", "");

        assertThat(typed.run("revision", "describe", "prod"))
                .isEqualTo(
                        """
                        revision:    1-0
                        ready:       yes
                        version:     0.1.0
                        tags:        prod
                        namespaces:  shop
                        proxies:     1 connected

                        webhooks, and whether the API server can trust whom they call:
                        CONFIGURATION                WEBHOOK                                   TAG    CA
                        istio-sidecar-injector-1-0   rev.namespace.sidecar-injector.istio.io   -      filled
                        istio-sidecar-injector-1-0   rev.object.sidecar-injector.istio.io      -      filled
                        istio-revision-tag-prod      rev.namespace.sidecar-injector.istio.io   prod   filled
                        istio-revision-tag-prod      rev.object.sidecar-injector.istio.io      prod   filled

                        pods on it:
                        NAMESPACE   WORKLOAD   PODS
                        plain       own        1
                        shop        web        1

                        pods that ask for it and are on another: restart them:
                        NAMESPACE   POD   WORKLOAD   RUNS ON
                        shop        old   old        1-1

                        pods that ask for it and have no sidecar: restart them:
                        NAMESPACE   POD    WORKLOAD
                        shop        late   late

                        what its proxies refused last:
                        NAMESPACE   POD   REFUSED
                        shop        web   CLUSTER: no such thing
                        """);
        assertThat(typed.run("revision", "describe", "1-0", "-o", "json"))
                .contains("\"versions\" : [ \"0.1.0\" ]", "\"unmeshed\" : [ {");
        assertThat(typed.refusal(ExitCode.FAILED, "revision", "describe", "9-9"))
                .contains("there is no revision 9-9, and nobody asks for it");
    }

    @Test
    void namespaceShowSaysByWhomAndWhy() throws IOException {
        mesh.tag("prod", "1-0", "");

        assertThat(typed.run("namespace", "show", "shop"))
                .isEqualTo(
                        """
                        namespace:   shop
                        labels:      istio.io/rev=prod
                        asks for:    prod, which is 1-0
                        a new pod gets: a sidecar of revision 1-0
                        NOTE: 1 pod asks for a sidecar and has none

                        CONFIGURATION                WEBHOOK                                   REVISION   MATCHES   REASON
                        istio-sidecar-injector-1-0   rev.namespace.sidecar-injector.istio.io   1-0        no        namespace: istio.io/rev=prod, not 1-0
                        istio-sidecar-injector-1-0   rev.object.sidecar-injector.istio.io      1-0        no        namespace: istio.io/rev=prod, which it shuns
                        istio-sidecar-injector-1-1   rev.namespace.sidecar-injector.istio.io   1-1        no        namespace: istio.io/rev=prod, not 1-1
                        istio-sidecar-injector-1-1   rev.object.sidecar-injector.istio.io      1-1        no        namespace: istio.io/rev=prod, which it shuns
                        istio-revision-tag-prod      rev.namespace.sidecar-injector.istio.io   1-0        yes       -
                        istio-revision-tag-prod      rev.object.sidecar-injector.istio.io      1-0        no        namespace: istio.io/rev=prod, which it shuns

                        pods by revision: -: 2, 1-0: 1, 1-1: 1
                        POD    WORKLOAD   RUNS ON   NEXT START   STATE
                        late   late       -         1-0          UNMESHED
                        out    out        -         -            no sidecar asked for
                        old    old        1-1       1-0          NEEDS RESTART
                        web    web        1-0       1-0          ok
                        """);
        assertThat(
                        typed.run(
                                "namespace",
                                "show",
                                "plain",
                                "--pod-labels",
                                "istio.io/rev=1-1,app=web",
                                "-o",
                                "yaml"))
                .contains("injectedBy:", "- \"1-1\"");
    }

    /** Once they were listed for ever, as what a restart mends. */
    @Test
    void podsThatNoInjectorAddsAnythingToAreNotUnmeshed() throws IOException {
        mesh.tag("prod", "1-0", "");
        mesh.podsThatOptOut();

        assertThat(typed.run("namespace", "show", "shop"))
                .contains("NOTE: 1 pod asks for a sidecar and has none")
                .contains(
                        """
                        POD         WORKLOAD    RUNS ON   NEXT START   STATE
                        annotated   annotated   -         -            no sidecar asked for
                        late        late        -         1-0          UNMESHED
                        selected    selected    -         -            no sidecar asked for
                        """);
        assertThat(typed.run("revision", "list", "-o", "json"))
                .contains("\"pending\" : 1,\n    \"unmeshed\" : 1");
        assertThat(typed.run("revision", "describe", "1-0"))
                .contains("late")
                .doesNotContain("annotated", "selected");
    }

    @Test
    void namespaceShowSaysWhyAWebhookThatMatchesAddsNothing() throws IOException {
        mesh.tag("prod", "1-0", "");
        mesh.injectorConfig("1-0", "policy: enabled", "policy: disabled");

        assertThat(typed.run("namespace", "show", "shop"))
                .contains("a new pod gets: no sidecar")
                .contains(
                        "NOTE: revision 1-0 is asked about a new pod, and adds nothing: the"
                                + " injector's policy is disabled");
        assertThat(
                        typed.run(
                                "namespace",
                                "show",
                                "shop",
                                "--pod-labels",
                                "sidecar.istio.io/inject=true"))
                .contains("gets: a sidecar of revision 1-0");
    }

    @Test
    void namespaceShowNotesWhatIsWrong() throws IOException {
        assertThat(typed.run("namespace", "show", "shop"))
                .contains("a new pod gets: no sidecar")
                .contains("NOTE: there is no revision or tag prod: pods get no sidecar");
        assertThat(typed.run("namespace", "show", "twice"))
                .contains("NOTE: it has both labels: istio-injection is heard, istio.io/rev is not")
                .contains("NOTE: istio-injection: 'on' (expected: enabled or disabled)");
        mesh.tag("prod", "9-9", "");
        assertThat(typed.run("namespace", "show", "shop"))
                .contains("NOTE: tag prod points to revision 9-9, which is not installed");
        assertThat(typed.refusal(ExitCode.FAILED, "namespace", "show", "nowhere"))
                .contains("there is no namespace nowhere");
    }

    @Test
    void namespaceShowFailsWhereTwoWebhooksMatch() throws IOException {
        mesh.tag("prod", "1-0", "");
        ObjectNode twin = mesh.injector("zz-prod").deepCopy();
        twin.withObject("/metadata").put("name", "by-hand");
        mesh.put("zzz", twin);

        assertThat(typed.refusal(ExitCode.FAILED, "namespace", "show", "shop"))
                .contains("namespace shop: 2 webhooks match one pod (expected: at most one)");
    }
}
