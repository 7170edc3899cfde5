// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.cli.client.ExitCode;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The tag {@code default}, which takes the place of a revision of that name. */
class DefaultTagTest extends OnTaggedMesh {

    private static final Map<String, String> EVERYWHERE =
            Map.of("enableNamespacesByDefault", "true");

    @Test
    void theDefaultTagPutsTheDefaultRevisionToSleepAndRemoveWakesIt() throws IOException {
        mesh.install("default");
        String plain = "PUT " + TaggedMesh.MWCS + "/istio-sidecar-injector";
        mesh.cluster.on(plain, 200, mesh::applied);
        JsonNode before = mesh.injector("default").deepCopy();

        assertThat(typed.run("tag", "set", "default", "--revision", "1-1", "--yes"))
                .contains("tag default points to revision 1-1");
        assertThat(
                        TaggedMesh.parse(mesh.cluster.sent("PATCH " + TaggedMesh.MWCS).getFirst())
                                .path("webhooks"))
                .hasSize(4);
        assertThat(TaggedMesh.parse(mesh.cluster.sent(plain).getFirst()).path("webhooks"))
                .allSatisfy(webhook -> {
                    assertThat(webhook.at("/namespaceSelector/matchLabels").toString())
                            .isEqualTo("{\"istio.io/deactivated\":\"never-match\"}");
                    assertThat(webhook.at("/objectSelector/matchLabels").toString())
                            .isEqualTo("{\"istio.io/deactivated\":\"never-match\"}");
                });

        var _ = typed.run("tag", "remove", "default", "--yes");
        assertThat(TaggedMesh.parse(mesh.cluster.sent(plain).getLast()).path("webhooks"))
                .isEqualTo(before.path("webhooks"));
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "set", "default", "--revision", "default"))
                .contains("revision default is asked for by its own name");
    }

    /** Once pods that no label speaks of got no sidecar any more, and nobody was told. */
    @Test
    void theDefaultTagTakesInPodsWithoutLabelsAsTheDefaultRevisionDoes() throws IOException {
        mesh.install("default", EVERYWHERE);
        String plain = "PUT " + TaggedMesh.MWCS + "/istio-sidecar-injector";
        mesh.cluster.on(plain, 200, mesh::applied);
        JsonNode before = mesh.injector("default").deepCopy();

        assertThat(typed.run("tag", "set", "default", "--revision", "1-1", "--dry-run"))
                .isEqualTo(
                        """
                        tag default: - -> 1-1
                        namespaces that name it: -
                        what the next start of 1 pod brings changes:
                        NAMESPACE   POD         WORKLOAD    RUNS ON   NEXT START   THEN
                        plain       bystander   bystander   -         default      1-1
                        nothing was changed: --dry-run
                        """);
        assertThat(typed.run("tag", "set", "default", "--revision", "1-1", "--yes"))
                .endsWith(
                        """
                        next, pods that run stay as they are until they are restarted:
                          kubectl rollout restart deployment -n plain
                        """);
        assertThat(lastDefaultTag()).hasSize(5).allSatisfy(calls("istiod-1-1"));

        var _ = typed.run("tag", "set", "default", "--revision", "1-0", "--overwrite", "--yes");
        assertThat(lastDefaultTag()).hasSize(5).allSatisfy(calls("istiod-1-0"));
        var _ = typed.run("tag", "undo", "default", "--yes");
        assertThat(lastDefaultTag()).hasSize(5).allSatisfy(calls("istiod-1-1"));

        assertThat(typed.run("tag", "remove", "default", "--yes"))
                .contains("plain       bystander   bystander   -         1-1          default");
        assertThat(TaggedMesh.parse(mesh.cluster.sent(plain).getLast()).path("webhooks"))
                .hasSize(5)
                .isEqualTo(before.path("webhooks"));
    }

    /** The revision whose place it took may be gone; the tag knows what that did. */
    @Test
    void theDefaultTagGoesOnTakingInPodsWithoutLabels() throws IOException {
        mesh.install("default", EVERYWHERE);
        mesh.tag("default", "1-0", "");

        assertThat(
                        typed.run(
                                "tag",
                                "set",
                                "default",
                                "--revision",
                                "1-1",
                                "--overwrite",
                                "--dry-run"))
                .contains("plain       bystander   bystander   -         1-0          1-1\n");
        var _ = typed.run("tag", "set", "default", "--revision", "1-1", "--overwrite", "--yes");
        assertThat(lastDefaultTag()).hasSize(5).allSatisfy(calls("istiod-1-1"));

        mesh.cluster.on(
                TaggedMesh.TRIAL,
                201,
                asked -> asked.contains("\"default\"") ? asked : mesh.injected(asked));
        var _ =
                typed.refusal(
                        ExitCode.TIMED_OUT, "tag", "undo", "default", "--yes", "--timeout", "1");
        assertThat(lastDefaultTag()).hasSize(5).allSatisfy(calls("istiod-1-1"));
    }

    private JsonNode lastDefaultTag() {
        return TaggedMesh.parse(
                        mesh.cluster
                                .sent("PATCH " + TaggedMesh.MWCS + "/istio-revision-tag-default")
                                .getLast())
                .path("webhooks");
    }

    private JsonNode lastValidator() {
        return TaggedMesh.parse(
                mesh.cluster.sent("PATCH " + TaggedMesh.DEFAULT_VALIDATOR).getLast());
    }

    private static Consumer<JsonNode> calls(String service) {
        return webhook ->
                assertThat(webhook.at("/clientConfig/service/name").asText()).isEqualTo(service);
    }

    /** With whom it calls, by which authority and whether that was proven: one object, one step. */
    @Test
    void theDefaultValidatorFollowsTheDefaultTagAndGoesBackToTheDefaultRevision()
            throws IOException {
        mesh.install("default");
        mesh.cluster.on("PUT " + TaggedMesh.MWCS + "/istio-sidecar-injector", 200, mesh::applied);
        mesh.validator("1-1");
        mesh.validator("default");

        var _ = typed.run("tag", "set", "default", "--revision", "1-1", "--yes");
        JsonNode followed = lastValidator();
        assertThat(followed.at("/metadata/labels/istio.io~1tag").asText()).isEqualTo("default");
        assertThat(followed.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("1-1");
        JsonNode entry = followed.at("/webhooks/0");
        assertThat(entry.path("name").asText()).isEqualTo("validation.istio.io");
        assertThat(entry.path("objectSelector").toString())
                .contains("istio.io/rev", "DoesNotExist");
        assertThat(entry.at("/clientConfig/service/name").asText()).isEqualTo("istiod-1-1");
        assertThat(entry.at("/clientConfig/caBundle").asText()).isEqualTo(TaggedMesh.ca("1-1"));
        assertThat(entry.path("failurePolicy").asText()).isEqualTo("Fail");

        mesh.cluster.on("GET " + TaggedMesh.DEFAULT_VALIDATOR, 200, followed.toString());
        var _ = typed.run("tag", "remove", "default", "--yes");
        JsonNode back = lastValidator();
        assertThat(back.path("metadata").path("labels").has("istio.io/tag")).isFalse();
        assertThat(back.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("default");
        assertThat(back.at("/webhooks/0/clientConfig/service/name").asText()).isEqualTo("istiod");
    }

    @Test
    void anotherTagAndADefaultValidatorOfSomebodyElseChangeNothingOfIt() throws IOException {
        mesh.validator("1-1");
        var _ = typed.run("tag", "set", "prod", "--revision", "1-1", "--yes");
        mesh.cluster.on(
                "GET " + TaggedMesh.DEFAULT_VALIDATOR,
                200,
                """
                {"apiVersion":"admissionregistration.k8s.io/v1",
                 "kind":"ValidatingWebhookConfiguration",
                 "metadata":{"name":"istiod-default-validator",
                  "annotations":{"meta.helm.sh/release-name":"istio-base"}}}
                """);
        var _ = typed.run("tag", "set", "default", "--revision", "1-1", "--yes");

        assertThat(mesh.cluster.sent("PATCH " + TaggedMesh.DEFAULT_VALIDATOR)).isEmpty();
    }
}
