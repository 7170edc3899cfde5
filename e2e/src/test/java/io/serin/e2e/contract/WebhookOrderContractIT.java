// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.contract.Api.Answer;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Which webhooks are asked, when and as what: their order and rounds, what an API server checks in
 * between, selectors, and the versions of a kind.
 */
@Contract
class WebhookOrderContractIT extends WebhookCases {

    private static final String THINGS = "/apis/contract.serin.io/";
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    WebhookOrderContractIT(Kubectl kubectl) {
        super(
                kubectl,
                "contract-webhook-order",
                Map.of(
                        "yes",
                        "{\"allowed\": true}",
                        "mark-a",
                        mark("a"),
                        "mark-b",
                        mark("b"),
                        "mark-c",
                        mark("c"),
                        "enlarge",
                        patch("{\"op\": \"add\", \"path\": \"/spec/size\", \"value\": 2}"),
                        "shrink",
                        patch("{\"op\": \"add\", \"path\": \"/spec/size\", \"value\": 0}"),
                        "repair",
                        patch("{\"op\": \"remove\", \"path\": \"/data/a b\"}")));
    }

    /** Puts its name at the end of a list: a trace of who was asked, in which order. */
    private static String mark(String name) {
        return patch(
                "{\"op\": \"add\", \"path\": \"/metadata/finalizers/-\", \"value\": \"contract.serin.io/%s\"}"
                        .formatted(name));
    }

    @BeforeAll
    void defineThings() {
        String version =
                """
                {"name": "%s", "served": true, "storage": %s, "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                 "spec": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 1}}}}}}}
                """;
        api.post(
                        DEFINITIONS,
                        """
                        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                         "metadata": {"name": "things.contract.serin.io"},
                         "spec": {"group": "contract.serin.io", "scope": "Namespaced",
                          "names": {"kind": "Thing", "plural": "things", "singular": "thing", "listKind": "ThingList"},
                          "versions": [%s, %s]}}
                        """
                                .formatted(
                                        version.formatted("v1", true),
                                        version.formatted("v2", false)))
                .orFail();
        Waiting.until("the kind", () -> thing("v2", "1").code() == 201);
    }

    @AfterAll
    void forgetThings() {
        api.delete(DEFINITIONS + "/things.contract.serin.io");
    }

    private Answer thing(String version, String size) {
        return api.post(
                THINGS + version + "/namespaces/" + api.namespace() + "/things?dryRun=All",
                """
                {"apiVersion": "contract.serin.io/%s", "kind": "Thing", "spec": {"size": %s},
                 "metadata": {"name": "x", "labels": {"case": "%s"}}}
                """
                        .formatted(version, size, caseLabel()));
    }

    private static List<String> marks(Answer answer) {
        List<String> marks = new ArrayList<>();
        answer.orFail()
                .body()
                .at("/metadata/finalizers")
                .forEach(mark -> marks.add(mark.asText().replace("contract.serin.io/", "")));
        return marks;
    }

    @Test
    void configurationsAreAskedByNameAndTheirEntriesOneAfterAnother() {
        configure("Mutating", "b", entry("a", "mark-a"));
        configure("Mutating", "a", entry("c", "mark-c"), entry("b", "mark-b"));

        assertThat(marks(make())).containsExactly("new", "c", "b", "a");
    }

    @Test
    void whoEarlierOnesMakeMatchIsAskedInTheSameRound() {
        configure(
                "Mutating",
                "a",
                entry("a", "label"),
                webhook.entry(
                        "b",
                        "mark-b",
                        "{\"objectSelector\": {\"matchLabels\": {\"seen\": \"yes\", \"case\": \"%s\"}}}"
                                .formatted(caseLabel())));

        assertThat(marks(make())).containsExactly("new", "b");
    }

    @Test
    void whoWasAskedBeforeAChangeIsAskedOnceMoreIfItWishes() {
        configure(
                "Mutating",
                "a",
                entry("a", "mark-a", "\"reinvocationPolicy\": \"IfNeeded\""),
                entry("b", "mark-b", "\"reinvocationPolicy\": \"Never\""),
                entry("c", "yes", "\"reinvocationPolicy\": \"IfNeeded\""));

        assertThat(marks(make())).containsExactly("new", "a", "b", "a");
    }

    @Test
    void whoChangesInTheSecondRoundBringsInTheOthersAgain() {
        configure(
                "Mutating",
                "a",
                entry("a", "mark-a", "\"reinvocationPolicy\": \"IfNeeded\""),
                entry("b", "mark-b", "\"reinvocationPolicy\": \"IfNeeded\""));

        assertThat(marks(make())).containsExactly("new", "a", "b", "a", "b");
    }

    @Test
    void whoDoesNotWishIsAskedOnce() {
        configure("Mutating", "a", entry("a", "mark-a"), entry("b", "mark-b"));

        assertThat(marks(make())).containsExactly("new", "a", "b");
    }

    @Test
    void validatingWebhooksSeeWhatMutatingOnesMade() {
        configure("Validating", "a", entry("a", "tell"));
        configure("Mutating", "b", entry("b", "mark-b"));

        assertThat(told(make()).at("/object/metadata/finalizers/1").asText())
                .isEqualTo("contract.serin.io/b");
    }

    @Test
    void theMutatingOnesRefusalComesFirst() {
        configure("Validating", "a", entry("a", "no"));
        configure("Mutating", "b", entry("b", "no"));

        assertDenied(make(), "b");
    }

    @Test
    void anObjectIsValidatedBeforeValidatingWebhooksSeeIt() {
        configure("Validating", "a", entry("a", "no"));

        Answer answer = make("\"a b\": \"1\"");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.reason()).isEqualTo("Invalid");
        assertDenied(make(), "a");
    }

    @Test
    void aMutatingWebhookMayRepairAnObject() {
        configure("Mutating", "a", entry("a", "repair"));

        assertThat(make("\"a b\": \"1\"").code()).isEqualTo(201);
    }

    @Test
    void aSchemaIsHeldToBetweenMutatingAndValidatingWebhooks() {
        String things = rules("\"CREATE\"", "contract.serin.io", "*", "things");
        configure("Validating", "a", entry("a", "no", things));

        Answer answer = thing("v1", "0");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains("spec.size");
        assertDenied(thing("v1", "1"), "a");
        configure("Mutating", "b", entry("b", "enlarge", things));
        assertDenied(thing("v1", "0"), "a");
    }

    @Test
    void whatAMutatingWebhookMakesIsHeldToTheSchema() {
        configure(
                "Mutating",
                "a",
                entry("a", "shrink", rules("\"CREATE\"", "contract.serin.io", "*", "things")));

        assertThat(thing("v1", "1").code()).isEqualTo(422);
    }

    @Test
    void aNamespaceIsSelectedByItsLabels() {
        String selector =
                "\"namespaceSelector\": {\"matchExpressions\": [{\"key\": \"kubernetes.io/metadata.name\", \"operator\": \"%s\", \"values\": [\"%s\"]}]}";
        configure(
                "Validating", "a", entry("a", "no", selector.formatted("NotIn", api.namespace())));
        assertThat(make().code()).isEqualTo(201);

        configure("Validating", "b", entry("b", "no", selector.formatted("In", api.namespace())));
        assertDenied(make(), "b");
    }

    @Test
    void anObjectIsSelectedByTheLabelsItHasOrHad() {
        keep("labelled");
        configure("Validating", "a", entry("a", "no", rules("\"UPDATE\"", "", "v1", "configmaps")));
        String path = api.core("configmaps/labelled");

        assertDenied(
                api.patch(path, Api.MERGE, "{\"metadata\": {\"labels\": {\"case\": null}}}"), "a");
        assertDenied(api.patch(path, Api.MERGE, "{\"data\": {\"a\": \"2\"}}"), "a");
    }

    @Test
    void anotherVersionIsAskedAboutAsTheOneOfTheRule() {
        configure(
                "Validating",
                "a",
                entry("a", "tell", rules("\"CREATE\"", "contract.serin.io", "v1", "things")));

        JsonNode review = told(thing("v2", "1"));

        assertThat(review.at("/kind/version").asText()).isEqualTo("v1");
        assertThat(review.at("/resource/version").asText()).isEqualTo("v1");
        assertThat(review.at("/object/apiVersion").asText()).isEqualTo("contract.serin.io/v1");
        assertThat(review.at("/requestKind/version").asText()).isEqualTo("v2");
        assertThat(review.at("/requestResource/version").asText()).isEqualTo("v2");
    }

    @Test
    void whatIsChangedAsAnotherVersionStaysWhatItWas() {
        configure(
                "Mutating",
                "a",
                entry("a", "enlarge", rules("\"CREATE\"", "contract.serin.io", "v1", "things")));

        JsonNode thing = thing("v2", "1").orFail().body();

        assertThat(thing.path("apiVersion").asText()).isEqualTo("contract.serin.io/v2");
        assertThat(thing.at("/spec/size").asInt()).isEqualTo(2);
    }

    @Test
    void anotherVersionIsNotAskedAboutWhereThatIsSaid() {
        configure(
                "Validating",
                "a",
                entry(
                        "a",
                        "no",
                        "\"matchPolicy\": \"Exact\", "
                                + rules("\"CREATE\"", "contract.serin.io", "v1", "things")));

        assertThat(thing("v2", "1").code()).isEqualTo(201);
        assertDenied(thing("v1", "1"), "a");
    }
}
