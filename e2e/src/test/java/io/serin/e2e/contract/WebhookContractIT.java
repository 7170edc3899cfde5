// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.contract.Api.Answer;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Waiting;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a webhook's answer, and in which order webhooks are asked. Each case has a label
 * of its own, for an API server goes by a configuration a moment longer than it is there.
 */
@Contract
class WebhookContractIT {

    private static final String THINGS = "/apis/contract.serin.io/";
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private final Api api;
    private final Webhook webhook;
    private int number;

    WebhookContractIT(Kubectl kubectl) {
        api = new Api(kubectl, "contract-webhook");
        webhook =
                new Webhook(
                        api,
                        Map.ofEntries(
                                Map.entry("yes", "{\"allowed\": true}"),
                                Map.entry("late-yes", "{\"allowed\": true}"),
                                Map.entry("no", "{\"allowed\": false}"),
                                Map.entry(
                                        "not-now",
                                        "{\"allowed\": false, \"status\": {\"code\": 409, \"reason\": \"Conflict\", \"message\": \"not now\"}}"),
                                Map.entry(
                                        "fine",
                                        "{\"allowed\": false, \"status\": {\"code\": 200, \"reason\": \"Forbidden\"}}"),
                                Map.entry(
                                        "tell",
                                        "{\"allowed\": false, \"status\": {\"message\": \"%REVIEW%\"}}"),
                                Map.entry(
                                        "warn",
                                        "{\"allowed\": true, \"warnings\": [\"mind the \\\"gap\\\"\", \"old\"]}"),
                                Map.entry(
                                        "warn-no",
                                        "{\"allowed\": false, \"warnings\": [\"it was close\"]}"),
                                Map.entry("other", "{\"allowed\": true, \"uid\": \"other\"}"),
                                Map.entry("mark-a", mark("a")),
                                Map.entry("mark-b", mark("b")),
                                Map.entry("mark-c", mark("c")),
                                Map.entry(
                                        "label",
                                        patch(
                                                "{\"op\": \"add\", \"path\": \"/metadata/labels/seen\", \"value\": \"yes\"}")),
                                Map.entry(
                                        "enlarge",
                                        patch(
                                                "{\"op\": \"add\", \"path\": \"/spec/size\", \"value\": 2}")),
                                Map.entry(
                                        "shrink",
                                        patch(
                                                "{\"op\": \"add\", \"path\": \"/spec/size\", \"value\": 0}")),
                                Map.entry(
                                        "repair",
                                        patch("{\"op\": \"remove\", \"path\": \"/data/a b\"}")),
                                Map.entry(
                                        "astray",
                                        patch(
                                                "{\"op\": \"remove\", \"path\": \"/data/nothing\"}"))));
    }

    private static String patch(String operation) {
        return """
        {"allowed": true, "patchType": "JSONPatch", "patch": "%s"}
        """
                .formatted(
                        Base64.getEncoder()
                                .encodeToString(("[" + operation + "]").getBytes(UTF_8)));
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
        Waiting.until("the kind", () -> thing("v2", "", "1").code() == 201);
    }

    @BeforeEach
    void count() {
        number++;
    }

    @AfterEach
    void forget() {
        webhook.forget();
    }

    @AfterAll
    void close() {
        api.delete(DEFINITIONS + "/things.contract.serin.io");
        api.close();
    }

    private void configure(String type, String name, JsonNode... entries) {
        webhook.configure(type, name + number, entries);
    }

    /** About new ConfigMaps of the case. */
    private JsonNode entry(String name, String answer, String... more) {
        String selector =
                "{\"objectSelector\": {\"matchLabels\": {\"case\": \"%d\"}}".formatted(number);
        return webhook.entry(
                name, answer, selector + (more.length == 0 ? "" : ", " + more[0]) + "}");
    }

    private static String rules(String operations, String group, String version, String plural) {
        return """
        "rules": [{"operations": [%s], "apiGroups": ["%s"], "apiVersions": ["%s"], "resources": ["%s"]}]
        """
                .formatted(operations, group, version, plural);
    }

    private Answer make() {
        return make("", "\"a\": \"1\"");
    }

    /** A ConfigMap of the case, of which nothing stays. */
    private Answer make(String labels, String data) {
        return api.post(
                api.core("configmaps?dryRun=All"),
                map("x", "\"finalizers\": [\"contract.serin.io/new\"], ", labels, data));
    }

    /** One that stays. */
    private void keep(String name) {
        api.post(api.core("configmaps"), map(name, "", "", "\"a\": \"1\"")).orFail();
    }

    private String map(String name, String metadata, String labels, String data) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {%s},
         "metadata": {"name": "%s", %s"labels": {"case": "%d"%s}}}
        """
                .formatted(data, name, metadata, number, labels);
    }

    private Answer thing(String version, String labels, String size) {
        return api.post(
                THINGS + version + "/namespaces/" + api.namespace() + "/things?dryRun=All",
                """
                {"apiVersion": "contract.serin.io/%s", "kind": "Thing", "spec": {"size": %s},
                 "metadata": {"name": "x", "labels": {"case": "%d"%s}}}
                """
                        .formatted(version, size, number, labels));
    }

    private static List<String> marks(Answer answer) {
        List<String> marks = new ArrayList<>();
        answer.orFail()
                .body()
                .at("/metadata/finalizers")
                .forEach(mark -> marks.add(mark.asText().replace("contract.serin.io/", "")));
        return marks;
    }

    private static void assertDenied(Answer answer, String by) {
        assertThat(answer.message())
                .isEqualTo(
                        "admission webhook \"%s.contract.serin.io\" denied the request without explanation"
                                .formatted(by));
    }

    /** The review of one that tells. */
    private static JsonNode told(Answer answer) {
        String denied = "denied the request: ";
        assertThat(answer.message()).contains(denied);
        return Kubectl.parse(
                        answer.message()
                                .substring(answer.message().indexOf(denied) + denied.length()))
                .path("request");
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
                        "{\"objectSelector\": {\"matchLabels\": {\"seen\": \"yes\", \"case\": \"%d\"}}}"
                                .formatted(number)));

        assertThat(marks(make())).containsExactly("new", "b");
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

        Answer answer = make("", "\"a b\": \"1\"");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.reason()).isEqualTo("Invalid");
        assertDenied(make(), "a");
    }

    @Test
    void aMutatingWebhookMayRepairAnObject() {
        configure("Mutating", "a", entry("a", "repair"));

        assertThat(make("", "\"a b\": \"1\"").code()).isEqualTo(201);
    }

    @Test
    void aSchemaIsHeldToBetweenMutatingAndValidatingWebhooks() {
        String things = rules("\"CREATE\"", "contract.serin.io", "*", "things");
        configure("Validating", "a", entry("a", "no", things));

        Answer answer = thing("v1", "", "0");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains("spec.size");
        assertDenied(thing("v1", "", "1"), "a");
        configure("Mutating", "b", entry("b", "enlarge", things));
        assertDenied(thing("v1", "", "0"), "a");
    }

    @Test
    void whatAMutatingWebhookMakesIsHeldToTheSchema() {
        configure(
                "Mutating",
                "a",
                entry("a", "shrink", rules("\"CREATE\"", "contract.serin.io", "*", "things")));

        assertThat(thing("v1", "", "1").code()).isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void aRefusalIsInTheWebhooksWords(String type) {
        configure(type, "a", entry("a", "not-now"));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(409);
        assertThat(answer.reason()).isEqualTo("Conflict");
        assertThat(answer.message())
                .isEqualTo("admission webhook \"a.contract.serin.io\" denied the request: not now");
        assertThat(answer.body().path("status").asText()).isEqualTo("Failure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void aRefusalWithoutWordsIsABadRequest(String type) {
        configure(type, "a", entry("a", "no"));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.reason()).isEmpty();
        assertDenied(answer, "a");
    }

    @Test
    void aRefusalIsNeverASuccess() {
        configure("Validating", "a", entry("a", "fine"));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.message())
                .isEqualTo(
                        "admission webhook \"a.contract.serin.io\" denied the request: Forbidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void whoIsLateHasFailed(String type) {
        configure(
                type,
                "a",
                entry("a", "late-yes", "\"timeoutSeconds\": 1, \"failurePolicy\": \"Fail\""));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(500);
        assertThat(answer.reason()).isEqualTo("InternalError");
        assertThat(answer.message())
                .isEqualTo(
                        "Internal error occurred: failed calling webhook \"a.contract.serin.io\":"
                                + " failed to call webhook: Post \"https://%s:443/late-yes?timeout=1s\": context deadline exceeded"
                                        .formatted(webhook.host()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void whoIsLateIsPassedOverWhereThatIsAllowed(String type) {
        configure(
                type,
                "a",
                entry("a", "late-yes", "\"timeoutSeconds\": 1, \"failurePolicy\": \"Ignore\""));

        assertThat(make().code()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void whoAnswersWithAnErrorHasFailed(String type) {
        configure(type, "a", entry("a", "unheard-of"));

        assertThat(make().message())
                .isEqualTo(
                        "Internal error occurred: failed calling webhook \"a.contract.serin.io\":"
                                + " failed to call webhook: an error on the server (\"there is no answer of that name\")"
                                + " has prevented the request from succeeding");
    }

    @Test
    void anAnswerToAnotherReviewIsNone() {
        configure("Validating", "a", entry("a", "other"));

        assertThat(make().message())
                .startsWith(
                        "Internal error occurred: failed calling webhook \"a.contract.serin.io\":"
                                + " received invalid webhook response: expected response.uid=\"")
                .endsWith("\", got \"other\"");
    }

    @Test
    void aPatchThatDoesNotFitRefusesWhateverThePolicy() {
        configure("Mutating", "a", entry("a", "astray", "\"failurePolicy\": \"Ignore\""));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(500);
        assertThat(answer.message())
                .startsWith("Internal error occurred: ")
                .doesNotContain("failed calling webhook");
    }

    @Test
    void aPatchIsNotForValidatingWebhooks() {
        configure("Validating", "a", entry("a", "label"));

        assertThat(make().message())
                .endsWith(
                        "received invalid webhook response: validating webhook may not return response.patch");
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

        JsonNode review = told(thing("v2", "", "1"));

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

        JsonNode thing = thing("v2", "", "1").orFail().body();

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

        assertThat(thing("v2", "", "1").code()).isEqualTo(201);
        assertDenied(thing("v1", "", "1"), "a");
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

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void warningsComeWithTheAnswer(String type) {
        configure(type, "a", entry("a", "warn"));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.warnings())
                .containsExactly("299 - \"mind the \\\"gap\\\"\"", "299 - \"old\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void warningsComeWithARefusalToo(String type) {
        configure(type, "a", entry("a", "warn-no"));

        Answer answer = make();

        assertDenied(answer, "a");
        assertThat(answer.warnings()).containsExactly("299 - \"it was close\"");
    }

    @Test
    void aDryRunIsSaidToBeOne() {
        configure("Validating", "a", entry("a", "tell"));

        JsonNode review = told(make());

        assertThat(review.path("dryRun").asBoolean()).isTrue();
        assertThat(review.at("/options/dryRun/0").asText()).isEqualTo("All");
        assertThat(review.at("/options/kind").asText()).isEqualTo("CreateOptions");
    }

    @Test
    void aReviewSaysWhoWantsWhat() {
        keep("kept");
        configure(
                "Validating",
                "a",
                entry("a", "tell", rules("\"UPDATE\", \"DELETE\"", "", "v1", "configmaps")));
        String path = api.core("configmaps/kept");

        JsonNode update = told(api.patch(path, Api.MERGE, "{\"data\": {\"a\": \"2\"}}"));
        JsonNode delete = told(api.delete(path));

        assertThat(update.path("operation").asText()).isEqualTo("UPDATE");
        assertThat(update.path("name").asText()).isEqualTo("kept");
        assertThat(update.path("namespace").asText()).isEqualTo(api.namespace());
        assertThat(update.path("dryRun").asBoolean()).isFalse();
        assertThat(update.at("/kind").toString())
                .isEqualTo("{\"group\":\"\",\"version\":\"v1\",\"kind\":\"ConfigMap\"}");
        assertThat(update.at("/resource/resource").asText()).isEqualTo("configmaps");
        assertThat(update.at("/userInfo/groups").toString()).contains("system:authenticated");
        assertThat(update.at("/object/data/a").asText()).isEqualTo("2");
        assertThat(update.at("/oldObject/data/a").asText()).isEqualTo("1");
        assertThat(update.at("/options/kind").asText()).isEqualTo("UpdateOptions");
        assertThat(delete.path("operation").asText()).isEqualTo("DELETE");
        assertThat(delete.path("object").isNull()).isTrue();
        assertThat(delete.at("/oldObject/data/a").asText()).isEqualTo("1");
        assertThat(delete.at("/options/kind").asText()).isEqualTo("DeleteOptions");
    }
}
