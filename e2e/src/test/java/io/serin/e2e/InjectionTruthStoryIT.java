// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who gets a sidecar, and of which revision. */
@Story
class InjectionTruthStoryIT {

    private static final String NONE = "";

    private final Stage stage;
    private final Kubectl kubectl;

    InjectionTruthStoryIT(Stage stage) {
        this.stage = stage;
        this.kubectl = stage.kubectl();
        stage.install(Stage.SECOND);
    }

    /**
     * @param namespace the namespace's labels
     * @param pod the pod's labels
     * @param revision whose sidecar it gets
     */
    private record Row(String name, String namespace, String pod, String revision) {}

    private static final List<Row> TRUTH =
            List.of(
                    new Row("labelled", "istio.io/rev: 1-0", "", "1-0"),
                    new Row("unlabelled", "", "", NONE),
                    new Row(
                            "opted out",
                            "istio.io/rev: 1-0",
                            "sidecar.istio.io/inject: 'false'",
                            NONE),
                    new Row("of the second revision", "istio.io/rev: 1-1", "", "1-1"),
                    new Row(
                            "opted in by itself",
                            "",
                            "istio.io/rev: 1-1, sidecar.istio.io/inject: 'true'",
                            "1-1"),
                    new Row(
                            "of another wish than its namespace",
                            "istio.io/rev: 1-0",
                            "istio.io/rev: 1-1",
                            "1-0"),
                    new Row(
                            "in a namespace that is disabled",
                            "istio-injection: disabled",
                            "istio.io/rev: 1-0, sidecar.istio.io/inject: 'true'",
                            NONE),
                    new Row("of an unknown revision", "istio.io/rev: 9-9", "", NONE));

    /** Where the tag default is the second revision. */
    private static final List<Row> TRUTH_OF_THE_DEFAULT =
            List.of(
                    new Row("enabled", "istio-injection: enabled", "", "1-1"),
                    new Row(
                            "enabled, opted out",
                            "istio-injection: enabled",
                            "sidecar.istio.io/inject: 'false'",
                            NONE),
                    new Row(
                            "enabled, with a word for true that is none",
                            "istio-injection: enabled",
                            "sidecar.istio.io/inject: 'yes'",
                            "1-1"),
                    new Row(
                            "enabled, of another wish",
                            "istio-injection: enabled",
                            "istio.io/rev: 1-0",
                            "1-1"),
                    new Row(
                            "with both labels",
                            "istio-injection: enabled, istio.io/rev: 1-0",
                            "",
                            "1-1"),
                    new Row("by the tag's name", "istio.io/rev: default", "", "1-1"),
                    new Row("unlabelled", "", "", NONE),
                    new Row("opted in", "", "sidecar.istio.io/inject: 'true'", "1-1"),
                    new Row("nearly opted in", "", "sidecar.istio.io/inject: 'yes'", NONE),
                    new Row("by its own label", "", "istio.io/rev: 1-0", "1-0"),
                    new Row("labelled", "istio.io/rev: 1-0", "", "1-0"),
                    new Row(
                            "disabled",
                            "istio-injection: disabled",
                            "sidecar.istio.io/inject: 'true'",
                            NONE));

    @TestFactory
    Stream<DynamicTest> aPodGetsTheSidecarThatItsLabelsSay() {
        return TRUTH.stream()
                .map(row ->
                        DynamicTest.dynamicTest(
                                "a pod " + row.name(),
                                () -> check("truth-" + TRUTH.indexOf(row), row)));
    }

    @Test
    void aTagDefaultServesWhoNamesNoRevision() {
        stage.serin().run("tag set default --revision " + Stage.SECOND + " --yes");
        try {
            for (Row row : TRUTH_OF_THE_DEFAULT) {
                check("truth-default-" + TRUTH_OF_THE_DEFAULT.indexOf(row), row);
            }
        } finally {
            stage.serin().run("tag remove default --yes");
        }
    }

    @Test
    void aRunningPodHasOneSidecarAndAnotherNone() {
        try (Scene shop = stage.scene("truth", Stage.FIRST)) {
            shop.apply(Cast.visitor("inside", "{app: inside}"));
            shop.apply(Cast.visitor("outside", "{app: outside, sidecar.istio.io/inject: 'false'}"));
            kubectl.run("wait pod --all -n truth --for=condition=Ready --timeout=60s");

            JsonNode inside = kubectl.json("get pod inside -n truth");
            assertThat(names(inside, "initContainers"))
                    .containsExactly("istio-init", "istio-proxy");
            assertThat(inside.at("/metadata/annotations").path("sidecar.istio.io/status").asText())
                    .startsWith("{");
            JsonNode outside = kubectl.json("get pod outside -n truth");
            assertThat(names(outside, "initContainers")).isEmpty();
            assertThat(stage.serin().run("proxy status"))
                    .contains("inside")
                    .doesNotContain("outside");
        }
    }

    @Test
    void anAnnotationThatMakesNoSenseIsRefusedWithItsName() {
        try (Scene shop = stage.scene("truth-annotation", Stage.FIRST)) {
            String pod =
                    Cast.visitor("bad", "{app: bad}")
                            .replace(
                                    "annotations:",
                                    "annotations:\n    traffic.sidecar.istio.io/excludeOutboundPorts: abc");

            Ended refused = shop.attemptApply(pod);

            assertThat(refused.exit()).isNotZero();
            assertThat(refused.err())
                    .contains("traffic.sidecar.istio.io/excludeOutboundPorts")
                    .contains("abc");
        }
    }

    private void check(String namespace, Row row) {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %s
                  labels: {%s}
                """
                        .formatted(namespace, row.namespace()));
        try {
            // The API server asks the webhooks, and then does not create anything.
            String labels = row.pod().isEmpty() ? "{app: pod}" : "{app: pod, " + row.pod() + "}";
            JsonNode pod =
                    Kubectl.parse(
                            kubectl.attemptApply(
                                            Cast.visitor("pod", labels),
                                            "-n",
                                            namespace,
                                            "--dry-run=server",
                                            "-o",
                                            "json")
                                    .orFail()
                                    .out());

            assertThat(pod.at("/metadata/annotations").path("istio.io/rev").asText())
                    .as(row.name())
                    .isEqualTo(row.revision());
            assertThat(names(pod, "initContainers").contains("istio-proxy"))
                    .isEqualTo(!row.revision().isEmpty());
        } finally {
            kubectl.attempt("delete namespace " + namespace + " --wait=false");
        }
    }

    private static List<String> names(JsonNode pod, String containers) {
        return StreamSupport.stream(pod.path("spec").path(containers).spliterator(), false)
                .map(container -> container.path("name").asText())
                .toList();
    }
}
