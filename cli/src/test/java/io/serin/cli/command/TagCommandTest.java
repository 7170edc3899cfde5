// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.cli.client.ExitCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Setting, moving, undoing and removing tags at the command line. */
class TagCommandTest extends OnTaggedMesh {

    @Test
    void aTagIsSetWithTwoEntriesAndAServiceOfItsOwn() throws IOException {
        assertThat(typed.run("tag", "set", "prod", "--revision", "1-0", "--yes"))
                .isEqualTo(
                        """
                        tag prod: - -> 1-0
                        namespaces that name it: shop
                        what the next start of 4 pods brings changes:
                        NAMESPACE   POD    WORKLOAD   RUNS ON   NEXT START   THEN
                        plain       own    own        1-0       -            1-0
                        shop        late   late       -         -            1-0
                        shop        old    old        1-1       -            1-0
                        shop        web    web        1-0       -            1-0
                        tag prod points to revision 1-0
                        next, pods that run stay as they are until they are restarted:
                          kubectl rollout restart deployment -n plain
                          kubectl rollout restart deployment -n shop
                        """);

        JsonNode webhooks =
                TaggedMesh.parse(mesh.cluster.sent("PATCH " + TaggedMesh.PROD).getFirst());
        assertThat(webhooks.path("webhooks")).hasSize(2);
        assertThat(webhooks.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("1-0");
        assertThat(webhooks.at("/metadata/labels/istio.io~1tag").asText()).isEqualTo("prod");
        JsonNode service =
                TaggedMesh.parse(mesh.cluster.sent("PATCH " + TaggedMesh.SERVICES).getFirst());
        assertThat(service.at("/metadata/name").asText()).isEqualTo("istiod-revision-tag-prod");
        assertThat(service.at("/spec/selector/istio.io~1rev").asText()).isEqualTo("1-0");
        assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(15010);
        assertThat(service.path("spec").has("clusterIP")).isFalse();
    }

    @Test
    void aDryRunShowsThePodsAndChangesNothing() throws IOException {
        mesh.tag("prod", "1-0", "");

        assertThat(typed.run("tag", "set", "prod", "--revision", "1-1", "--overwrite", "--dry-run"))
                .isEqualTo(
                        """
                        tag prod: 1-0 -> 1-1
                        namespaces that name it: shop
                        what the next start of 4 pods brings changes:
                        NAMESPACE   POD    WORKLOAD   RUNS ON   NEXT START   THEN
                        plain       own    own        1-0       1-0          1-1
                        shop        late   late       -         1-0          1-1
                        shop        old    old        1-1       1-0          1-1
                        shop        web    web        1-0       1-0          1-1
                        nothing was changed: --dry-run
                        """);
        assertThat(mesh.cluster.requests()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void aTagChangesNothingForPodsThatOptOut() throws IOException {
        mesh.tag("prod", "1-0", "");
        mesh.podsThatOptOut();

        assertThat(typed.run("tag", "set", "prod", "--revision", "1-1", "--overwrite", "--dry-run"))
                .as("only 1-0's injector passes over the selected one")
                .contains(
                        """
                        NAMESPACE   POD        WORKLOAD   RUNS ON   NEXT START   THEN
                        shop        late       late       -         1-0          1-1
                        shop        selected   selected   -         -            1-1
                        """)
                .doesNotContain("annotated");
    }

    @Test
    void aTagStaysWhileARolloutCountsOnIt() throws IOException {
        mesh.tag("prod", "1-0", "");
        mesh.movedByAnother("shop");

        for (String[] change :
                new String[][] {
                    {"set", "prod", "--revision", "1-1", "--overwrite"}, {"remove", "prod"}
                }) {
            List<String> words = new ArrayList<>(List.of("tag"));
            words.addAll(List.of(change));
            words.add("--yes");
            assertThat(typed.refusal(ExitCode.FAILED, words.toArray(String[]::new)))
                    .contains(
                            "nothing was changed: namespace shop is being moved by another@laptop,"
                                    + " process 7 since ",
                            "wait until that is done, or end it there");
        }
        assertThat(mesh.cluster.requests()).allMatch(request -> request.startsWith("GET "));
    }

    /** One object, in one step, with the authority of whom it now calls. */
    @Test
    void aTagMovesAndUndoBringsItBack() throws IOException {
        mesh.tag("prod", "1-0", "");

        assertThat(typed.run("tag", "set", "prod", "--revision", "1-1", "--overwrite", "--yes"))
                .contains("tag prod points to revision 1-1");
        JsonNode moved = TaggedMesh.parse(mesh.cluster.sent("PATCH " + TaggedMesh.PROD).getLast());
        assertThat(moved.at("/metadata/annotations/serin.io~1previous-revision").asText())
                .isEqualTo("1-0");
        assertThat(moved.path("webhooks"))
                .allSatisfy(webhook -> {
                    assertThat(webhook.at("/clientConfig/service/name").asText())
                            .isEqualTo("istiod-1-1");
                    assertThat(webhook.at("/clientConfig/caBundle").asText())
                            .isEqualTo(TaggedMesh.ca("1-1"));
                });

        assertThat(typed.run("tag", "undo", "prod", "-y")).contains("tag prod: 1-1 -> 1-0");
        JsonNode back = TaggedMesh.parse(mesh.cluster.sent("PATCH " + TaggedMesh.PROD).getLast());
        assertThat(back.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("1-0");
        assertThat(back.at("/metadata/annotations/serin.io~1previous-revision").asText())
                .isEqualTo("1-1");
        assertThat(typed.run("tag", "list"))
                .isEqualTo(
                        """
                        TAG    REVISION   NAMESPACES   PREVIOUS   CHANNEL
                        prod   1-0        shop         1-1        -
                        -      1-1        -            -          -
                        """);
    }

    @Test
    void aChannelsTagIsListedWithWhatTheChannelIsAt() throws IOException {
        mesh.tag("asm-managed-rapid", "1-1", "1-0");
        mesh.channel(
                "'phase':'MOVING','target':'1-1','previous':'1-0','progress':'2 of 5',"
                        + "'step':'namespace shop: restarts Deployment/web'",
                "");

        assertThat(typed.run("tag", "list"))
                .isEqualTo(
                        """
                        TAG                 REVISION   NAMESPACES   PREVIOUS   CHANNEL
                        asm-managed-rapid   1-1        -            1-0        rapid: MOVING 2 of 5, namespace shop: restarts Deployment/web
                        -                   1-0        -            -          -
                        """);
        assertThat(typed.run("revision", "describe", "1-1"))
                .contains("channel:     rapid: MOVING 2 of 5, namespace shop: restarts");
        assertThat(typed.run("revision", "describe", "1-0"))
                .contains("channel:     rapid: moves from here to 1-1");
        mesh.bind("shop", "asm-managed-rapid");
        assertThat(typed.run("namespace", "show", "shop"))
                .contains(
                        "NOTE: its tag is moved by a channel, and its pods follow; rapid: MOVING");
    }

    @Test
    void aChannelsTagIsLeftToTheChannelUnlessThatIsHeld() throws IOException {
        mesh.tag("asm-managed-rapid", "1-1", "1-0");
        mesh.channel("'phase':'CURRENT','target':'1-1'", "");
        String[] set = {
            "tag", "set", "asm-managed-rapid", "--revision", "1-0", "--overwrite", "--dry-run"
        };

        assertThat(typed.refusal(ExitCode.FAILED, set))
                .contains(
                        "tag asm-managed-rapid is moved by channel rapid of revisions 1-0, 1-1;"
                                + " nothing was changed",
                        "kubectl annotate configmap istio-channel-rapid -n istio-system"
                                + " serin.io/channel-paused=true");
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "undo", "asm-managed-rapid", "-y"))
                .contains("is moved by channel rapid");
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "remove", "asm-managed-rapid", "-y"))
                .contains(
                        "serin install --revision NAME --set channel=none, beside the values (--set,"
                                + " -f) that it was installed with");

        mesh.channel("'phase':'CURRENT','target':'1-1'", "'serin.io/channel-paused':'true'");
        assertThat(typed.run(set)).contains("tag asm-managed-rapid: 1-1 -> 1-0");
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "remove", "asm-managed-rapid", "-y"))
                .contains("is moved by channel rapid");
    }

    /** The API server may never learn of it, or a pod may be refused: nobody is left with that. */
    @Test
    void aTagThatCannotBeProvenGoesBack() throws IOException {
        mesh.tag("prod", "1-0", "0-9");
        mesh.cluster.on(
                TaggedMesh.TRIAL,
                201,
                asked -> asked.contains("\"prod\"") ? asked : mesh.injected(asked));

        assertThat(
                        typed.refusal(
                                ExitCode.TIMED_OUT,
                                "tag",
                                "set",
                                "prod",
                                "--revision",
                                "1-1",
                                "--overwrite",
                                "--yes",
                                "--timeout",
                                "1"))
                .contains("tag prod was not set, all is as before; waited in vain for a trial pod");

        JsonNode last = TaggedMesh.parse(mesh.cluster.sent("PATCH " + TaggedMesh.PROD).getLast());
        assertThat(last.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("1-0");
        assertThat(last.at("/webhooks/0/clientConfig/caBundle").asText())
                .isEqualTo(TaggedMesh.ca("1-0"));
        assertThat(last.at("/metadata/annotations/serin.io~1previous-revision").asText())
                .isEqualTo("0-9");
        assertThat(mesh.cluster.sent("PATCH " + TaggedMesh.SERVICES)).isEmpty();
    }

    @Test
    void aTagIsNotPointedToARevisionThatDoesNotInject() throws IOException {
        mesh.tag("prod", "1-0", "");
        mesh.injector("1-1").withObject("/webhooks/1/clientConfig").remove("caBundle");

        assertThat(
                        typed.refusal(
                                ExitCode.TIMED_OUT,
                                "tag",
                                "set",
                                "prod",
                                "--revision",
                                "1-1",
                                "--overwrite",
                                "--yes",
                                "--timeout",
                                "1"))
                .contains("waited in vain for the caBundle of revision 1-1's webhooks");
        assertThat(mesh.cluster.sent("PATCH ")).isEmpty();
    }

    @Test
    void refusesWhatWouldBeAskedTwiceOrByNobody() throws IOException {
        mesh.tag("prod", "1-0", "");

        assertThat(typed.refusal(ExitCode.FAILED, "tag", "set", "1-1", "--revision", "1-0"))
                .contains("tag 1-1: there is a revision of that name; nothing was changed");
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "set", "canary", "--revision", "9-9"))
                .contains("there is no revision 9-9; nothing was changed");
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "set", "canary", "--revision", "prod"))
                .contains("there is no revision prod (it is a tag of 1-0)");
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "set", "prod", "--revision", "1-1"))
                .contains("tag prod points to revision 1-0; nothing was changed")
                .contains("serin tag set prod --revision 1-1 --overwrite");
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "undo", "prod"))
                .contains("tag prod has always pointed to revision 1-0");
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "undo", "canary"))
                .contains("there is no tag canary");
        assertThat(typed.refusal(ExitCode.FAILED, "tag", "remove", "canary"))
                .contains("there is no tag canary");
        assertThat(typed.refusal(ExitCode.USAGE, "tag", "set", "Prod", "--revision", "1-0"))
                .contains("tag: 'Prod' (expected: a DNS label");
        assertThat(typed.refusal(ExitCode.USAGE, "tag", "set", "a".repeat(44), "--revision", "1-0"))
                .contains("(expected: at most 43 characters)");
        assertThat(mesh.cluster.requests()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void nobodyIsAskedWhereNobodyIsAndNothingIsChanged() throws IOException {
        mesh.tag("prod", "1-0", "");

        assertThat(typed.refusal(ExitCode.USAGE, "tag", "remove", "prod"))
                .contains("nothing was changed: there is no terminal to ask on")
                .contains("serin tag remove prod --yes");
        assertThat(
                        typed.refusal(
                                ExitCode.USAGE,
                                "tag",
                                "set",
                                "prod",
                                "--revision",
                                "1-1",
                                "--overwrite"))
                .contains("serin tag set prod --revision 1-1 --overwrite --yes");
        assertThat(mesh.cluster.requests()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void whatIsSoAlreadyIsLeftAlone() throws IOException {
        mesh.tag("prod", "1-0", "");

        assertThat(typed.run("tag", "set", "prod", "--revision", "1-0"))
                .contains("tag prod points to revision 1-0 already");
        assertThat(mesh.cluster.requests()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void removeTakesAllObjectsOfTheTag() throws IOException {
        mesh.tag("prod", "1-0", "");

        assertThat(typed.run("tag", "remove", "prod", "--yes"))
                .contains("what the next start of 4 pods brings changes")
                .contains("tag prod is gone");
        assertThat(mesh.cluster.requests())
                .filteredOn(request -> !request.startsWith("GET "))
                .anyMatch(it -> it.contains("/mutatingwebhookconfigurations"))
                .anyMatch(it -> it.contains("/validatingwebhookconfigurations"))
                .anyMatch(it -> it.contains("/services"))
                .allMatch(it -> it.startsWith("DELETE ") && it.contains("istio.io%2Ftag%3Dprod"));
    }

    /** Once a route that named a tag was stored whatever it held. */
    @Test
    void whoLooksAtRoutesThatNameATagMovesWithIt() throws IOException {
        mesh.validator("1-0");
        mesh.validator("1-1");
        mesh.tag("prod", "1-0", "");

        var _ = typed.run("tag", "set", "prod", "--revision", "1-1", "--overwrite", "--yes");
        JsonNode moved =
                TaggedMesh.parse(mesh.cluster.sent("PATCH " + TaggedMesh.PROD_VALIDATOR).getLast());
        assertThat(moved.at("/metadata/labels/istio.io~1tag").asText()).isEqualTo("prod");
        assertThat(moved.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("1-1");
        JsonNode entry = moved.at("/webhooks/0");
        assertThat(entry.path("name").asText()).isEqualTo("tag.validation.istio.io");
        assertThat(entry.path("objectSelector"))
                .isEqualTo(
                        TaggedMesh.parse(
                                """
                                matchExpressions:
                                  - {key: istio.io/rev, operator: In, values: [prod]}
                                """));
        assertThat(entry.at("/clientConfig/service/name").asText()).isEqualTo("istiod-1-1");
        assertThat(entry.at("/clientConfig/caBundle").asText()).isEqualTo(TaggedMesh.ca("1-1"));
        assertThat(entry.path("failurePolicy").asText()).isEqualTo("Fail");

        var _ = typed.run("tag", "undo", "prod", "--yes");
        JsonNode back =
                TaggedMesh.parse(mesh.cluster.sent("PATCH " + TaggedMesh.PROD_VALIDATOR).getLast());
        assertThat(back.at("/webhooks/0/clientConfig/service/name").asText())
                .isEqualTo("istiod-1-0");
    }

    /** The revision before would go on looking at what is no longer its own. */
    @Test
    void whereTheTargetHasNoValidatorTheTagHasNone() throws IOException {
        var _ = typed.run("tag", "set", "prod", "--revision", "1-1", "--yes");

        assertThat(mesh.cluster.sent("PATCH " + TaggedMesh.VWCS)).isEmpty();
        assertThat(mesh.cluster.requests())
                .filteredOn(request -> request.startsWith("DELETE " + TaggedMesh.VWCS))
                .singleElement()
                .asString()
                .contains("istio.io%2Ftag%3Dprod", "app%3Distiod");
    }

    @Test
    void tagListAsJson() throws IOException {
        mesh.tag("prod", "9-9", "1-0");

        assertThat(typed.run("tag", "list")).contains("prod   9-9 (MISSING)   shop         1-0");
        assertThat(typed.run("tag", "list", "-o", "json"))
                .startsWith(
                        """
                        {
                          "schemaVersion" : 1,
                          "tags" : [ {
                            "tag" : "prod",
                            "revision" : "9-9",
                            "previous" : "1-0",
                            "installed" : false,
                            "namespaces" : [ "shop" ],
                            "channel" : ""
                          }\
                        """);
    }
}
