// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * A label names a revision that is not there: pods start without a sidecar, and one can see why.
 */
@Story
class UnknownRevisionStoryIT {

    private static final String NAMESPACE =
            """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: unknown-event
              labels: {istio.io/rev: 9-9}
            """;

    private final Stage stage;

    UnknownRevisionStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void isShownAsMissingWithTheNamespaceThatWantsIt() {
        try (Scene shop = stage.scene("unknown", "9-9")) {
            shop.apply(Cast.visitor("lonely", "{app: lonely}"));

            assertThat(stage.kubectl().json("get pod lonely -n unknown").at("/spec/initContainers"))
                    .isEmpty();
            assertThat(stage.serin().run("revision list").lines())
                    .anySatisfy(line -> assertThat(line).contains("9-9").contains("MISSING"));
        }
    }

    @Test
    void isSaidToWhoeverLabelsANamespaceOrAPodWithIt() {
        Waiting.until(
                "a warning of a namespace's label",
                () ->
                        stage.kubectl()
                                .attemptApply(NAMESPACE, "--dry-run=server")
                                .err()
                                .contains(
                                        "metadata.labels[istio.io/rev]: '9-9' (expected: a"
                                                + " revision or tag that is installed"));
        try (Scene shop = stage.scene("unknown-pod", Stage.FIRST)) {
            stage.kubectl().run("label namespace unknown-pod istio.io/rev-");
            Waiting.until(
                    "a warning of a pod's label",
                    () ->
                            stage.kubectl()
                                    .attemptApply(
                                            Cast.visitor("lost", "{istio.io/rev: 9-9}"),
                                            "-n",
                                            shop.name(),
                                            "--dry-run=server")
                                    .err()
                                    .contains("the pod gets no sidecar"));
        }
    }

    @Test
    void isAnEventOfTheNamespaceOnce() {
        stage.kubectl().apply(NAMESPACE);
        try {
            Waiting.until("an event", () -> events() > 0);
            stage.kubectl().run("annotate namespace unknown-event touched=yes");
            Waiting.until(
                    "the other label's event",
                    () -> {
                        stage.kubectl()
                                .run(
                                        "label namespace unknown-event istio-injection=maybe"
                                                + " --overwrite");
                        return !reasons("InvalidLabel").isEmpty();
                    });

            assertThat(events()).isEqualTo(1);
        } finally {
            stage.kubectl().attempt("delete namespace unknown-event --wait=false");
        }
    }

    private int events() {
        return reasons("UnknownRevision").size();
    }

    private List<JsonNode> reasons(String reason) {
        return StreamSupport.stream(
                        stage.kubectl()
                                .json("get events -n unknown-event")
                                .path("items")
                                .spliterator(),
                        false)
                .filter(event -> event.path("reason").asText().equals(reason))
                .toList();
    }

    @Test
    void cannotBeUninstalled() {
        Ended refused = stage.serin().attempt("uninstall --revision 9-9 -y");

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("9-9");
    }
}
