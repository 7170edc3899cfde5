// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import static io.serin.local.Json.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.admission.Admission;
import io.serin.local.admission.ScriptedTransport;
import io.serin.local.admission.ServiceAccountStep;
import io.serin.local.admission.WebhookCaller;
import io.serin.local.admission.Webhooks;
import io.serin.local.api.ApiFault;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.patch.Ownership;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Kind;
import io.serin.local.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What verbs do to objects, admission and all, without a network. */
class VerbsTest {

    private static final String POD =
            "{metadata: {name: p, labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}";

    private final Store store = new Store(100);
    private final Catalog catalog = new Catalog();
    private final ScriptedTransport webhooks = new ScriptedTransport();
    private final Admission admission =
            new Admission(
                    List.of(new ServiceAccountStep(store, () -> "abcde")),
                    new Webhooks(store, catalog),
                    new WebhookCaller(webhooks));
    private final Verbs verbs =
            new Verbs(
                    store,
                    catalog,
                    admission,
                    new Ownership(Clock.systemUTC()),
                    new Names(new Random(1)),
                    Clock.systemUTC());
    private final Endings endings = new Endings(store, catalog, admission, Clock.systemUTC());

    @BeforeEach
    void namespace() {
        create(Resources.NAMESPACES, "", "{metadata: {name: ns, labels: {mesh: 'on'}}}");
        create(Resources.SERVICE_ACCOUNTS, "ns", "{metadata: {name: default}}");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Call call() {
        return new Call(object("{username: me}"), "me", false, Call.Strictness.STRICT);
    }

    private ObjectNode create(Resource resource, String namespace, String yaml) {
        return verbs.create(catalog.of(resource), namespace, object(yaml), false, call());
    }

    private ObjectNode change(
            Resource resource,
            String namespace,
            String name,
            String sub,
            String pointer,
            String to) {
        int slash = pointer.lastIndexOf('/');
        return verbs.update(
                catalog.of(resource),
                namespace,
                name,
                sub,
                new Verbs.Edit(
                        live -> {
                            ObjectNode next = live.deepCopy();
                            ObjectNode parent = next;
                            for (String step :
                                    pointer.substring(1, Math.max(1, slash)).split("/")) {
                                if (!step.isEmpty()) {
                                    parent = parent.withObjectProperty(step);
                                }
                            }
                            parent.set(pointer.substring(slash + 1), io.serin.local.Json.node(to));
                            return next;
                        },
                        false),
                call());
    }

    private Endings.Ended delete(Resource resource, String namespace, String name) {
        return endings.delete(
                catalog.of(resource),
                namespace,
                name,
                DeleteOptions.BACKGROUND,
                Endings.Preconditions.NONE,
                call());
    }

    private void mutating(String name, String url, String more) {
        create(
                Resources.MUTATING_WEBHOOKS,
                "",
                "{metadata: {name: "
                        + name
                        + "}, webhooks: [{name: "
                        + name
                        + ".x.io, admissionReviewVersions: [v1], sideEffects: None, clientConfig:"
                        + " {url: '"
                        + url
                        + "'}, rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1],"
                        + " resources: [pods]}]"
                        + more
                        + "}]}");
    }

    @Test
    void givesWhatIsNewAnIdentity() {
        ObjectNode pod = create(Resources.PODS, "ns", POD);
        assertThat(pod.at("/metadata/uid").asText()).isNotEmpty();
        assertThat(pod.at("/metadata/creationTimestamp").asText()).isNotEmpty();
        assertThat(pod.at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(pod.at("/status/phase").asText()).isEqualTo("Pending");
        assertThat(pod.at("/spec/volumes/0/name").asText()).isEqualTo("kube-api-access-abcde");
    }

    @Test
    void makesNames() {
        ObjectNode pod =
                create(
                        Resources.PODS,
                        "ns",
                        "{metadata: {generateName: p-}, spec: {containers: [{name: c, image: i}]}}");
        assertThat(pod.at("/metadata/name").asText()).matches("p-[a-z0-9]{5}");
    }

    @Test
    void theSameNameTwiceIsAConflict() {
        create(Resources.PODS, "ns", POD);
        assertThatThrownBy(() -> create(Resources.PODS, "ns", POD))
                .hasMessage("pods \"p\" already exists");
    }

    @Test
    void aNamespaceHasToBeThere() {
        assertThatThrownBy(() -> create(Resources.PODS, "nowhere", POD))
                .hasMessage("namespaces \"nowhere\" not found");
    }

    @Test
    void anUpdateThatChangesNothingKeepsTheVersion() {
        ObjectNode pod = create(Resources.PODS, "ns", POD);
        assertThat(change(Resources.PODS, "ns", "p", "", "/metadata/labels", "{a: b}"))
                .isEqualTo(pod);
    }

    @Test
    void onlyTheSpecCounts() {
        create(Resources.DEPLOYMENTS, "ns", deployment());
        assertThat(
                        change(Resources.DEPLOYMENTS, "ns", "d", "", "/metadata/labels", "{x: y}")
                                .at("/metadata/generation")
                                .asInt())
                .isEqualTo(1);
        assertThat(
                        change(Resources.DEPLOYMENTS, "ns", "d", "", "/spec/replicas", "3")
                                .at("/metadata/generation")
                                .asInt())
                .isEqualTo(2);
        ObjectNode status =
                change(Resources.DEPLOYMENTS, "ns", "d", "status", "/status/replicas", "3");
        assertThat(status.at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(status.at("/status/replicas").asInt()).isEqualTo(3);
    }

    private static String deployment() {
        return "{metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, template: {metadata:"
                + " {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}";
    }

    @Test
    void eachEndpointWritesItsOwnPart() {
        create(Resources.DEPLOYMENTS, "ns", deployment());
        change(Resources.DEPLOYMENTS, "ns", "d", "status", "/status/replicas", "3");
        assertThat(
                        change(Resources.DEPLOYMENTS, "ns", "d", "", "/status/replicas", "7")
                                .at("/status/replicas")
                                .asInt())
                .isEqualTo(3);
        assertThat(
                        change(Resources.DEPLOYMENTS, "ns", "d", "status", "/spec/replicas", "7")
                                .at("/spec/replicas")
                                .asInt())
                .isEqualTo(1);
    }

    @Test
    void anOldVersionIsAConflict() {
        create(Resources.CONFIG_MAPS, "ns", "{metadata: {name: c}}");
        assertThatThrownBy(() ->
                        change(
                                Resources.CONFIG_MAPS,
                                "ns",
                                "c",
                                "",
                                "/metadata/resourceVersion",
                                "'1'"))
                .isInstanceOfSatisfying(
                        ApiFault.class, fault -> assertThat(fault.code()).isEqualTo(409))
                .hasMessageStartingWith(
                        "Operation cannot be fulfilled on configmaps \"c\": the object has been"
                                + " modified");
    }

    @Test
    void aSelectorStaysAsItIs() {
        create(Resources.DEPLOYMENTS, "ns", deployment());
        assertThatThrownBy(() ->
                        change(
                                Resources.DEPLOYMENTS,
                                "ns",
                                "d",
                                "",
                                "/spec/selector",
                                "{matchLabels: {c: d}}"))
                .hasMessageContaining("field is immutable");
    }

    @Test
    void anUnknownFieldIsRefusedByThoseWhoAreStrict() {
        assertThatThrownBy(
                        () -> create(Resources.CONFIG_MAPS, "ns", "{metadata: {name: c}, dta: {}}"))
                .hasMessageContaining("strict decoding error: unknown field \"dta\"");
    }

    @Test
    void aPodThatRunsGoesWhenTheNodeSaysSo() {
        create(
                Resources.PODS,
                "ns",
                "{metadata: {name: p}, spec: {nodeName: local, terminationGracePeriodSeconds: 7,"
                        + " containers: [{name: c, image: i}]}}");
        Endings.Ended ended = delete(Resources.PODS, "ns", "p");
        assertThat(ended.gone()).isFalse();
        assertThat(ended.object().at("/metadata/deletionGracePeriodSeconds").asInt()).isEqualTo(7);
        assertThat(ended.object().at("/metadata/deletionTimestamp").asText()).isNotEmpty();
        ObjectNode again = delete(Resources.PODS, "ns", "p").object();
        assertThat(again).isEqualTo(ended.object());
        Endings.Ended last =
                endings.delete(
                        catalog.of(Resources.PODS),
                        "ns",
                        "p",
                        DeleteOptions.NOW,
                        Endings.Preconditions.NONE,
                        call());
        assertThat(last.gone()).isTrue();
        assertThat(verbs.get(catalog.of(Resources.PODS), "ns", "p")).isEmpty();
    }

    @Test
    void aPodThatNeverRanGoesAtOnce() {
        create(Resources.PODS, "ns", POD);
        assertThat(delete(Resources.PODS, "ns", "p").gone()).isTrue();
    }

    @Test
    void finalizersHoldAnObject() {
        create(Resources.CONFIG_MAPS, "ns", "{metadata: {name: c, finalizers: [x.io/f]}}");
        assertThat(delete(Resources.CONFIG_MAPS, "ns", "c").gone()).isFalse();
        change(Resources.CONFIG_MAPS, "ns", "c", "", "/metadata/finalizers", "[]");
        assertThat(verbs.get(catalog.of(Resources.CONFIG_MAPS), "ns", "c")).isEmpty();
    }

    @Test
    void aNamespaceGoesWhenItIsFinalized() {
        ObjectNode going = delete(Resources.NAMESPACES, "", "ns").object();
        assertThat(going.at("/status/phase").asText()).isEqualTo("Terminating");
        assertThatThrownBy(() -> create(Resources.PODS, "ns", POD))
                .hasMessageContaining("because it is being terminated");
        change(Resources.NAMESPACES, "", "ns", "finalize", "/spec/finalizers", "[]");
        assertThat(verbs.get(catalog.of(Resources.NAMESPACES), "", "ns")).isEmpty();
    }

    @Test
    void aPreconditionThatFailsIsAConflict() {
        create(Resources.CONFIG_MAPS, "ns", "{metadata: {name: c}}");
        Kind maps = catalog.of(Resources.CONFIG_MAPS);
        assertThatThrownBy(() ->
                        endings.delete(
                                maps,
                                "ns",
                                "c",
                                DeleteOptions.BACKGROUND,
                                new Endings.Preconditions("other", ""),
                                call()))
                .hasMessageContaining("Precondition failed: UID in precondition: other");
    }

    @Test
    void webhooksAreCalledByNameAndSeeWhatTheOthersDid() {
        mutating("b", "https://b", "");
        mutating("a", "https://a", "");
        webhooks.answer(
                "https://a",
                "[{\"op\": \"add\", \"path\": \"/metadata/labels/a\", \"value\": \"x\"}]");
        Call call = call();
        ObjectNode pod = verbs.create(catalog.of(Resources.PODS), "ns", object(POD), false, call);
        assertThat(webhooks.calls()).containsExactly("https://a CREATE", "https://b CREATE");
        assertThat(pod.at("/metadata/labels/a").asText()).isEqualTo("x");
        assertThat(call.warnings()).containsExactly("seen by https://a", "seen by https://b");
    }

    private static final String ADD_VOLUME_USER =
            "[{\"op\": \"add\", \"path\": \"/spec/containers/-\", \"value\":"
                    + " {\"name\": \"side\", \"image\": \"s\"}}]";

    @Test
    void anEarlierOneIsAskedAgainWhenALaterOneChangesThePod() {
        mutating("a", "https://a", ", reinvocationPolicy: IfNeeded");
        mutating("b", "https://b", "");
        webhooks.answer("https://b", ADD_VOLUME_USER);
        create(Resources.PODS, "ns", POD);
        assertThat(webhooks.calls())
                .containsExactly("https://a CREATE", "https://b CREATE", "https://a CREATE");
    }

    @Test
    void whoChangesAPodWhenAskedAgainBringsInTheOthersAgain() {
        mutating("a", "https://a", ", reinvocationPolicy: IfNeeded");
        mutating("b", "https://b", ", reinvocationPolicy: IfNeeded");
        String once = "[{'op': 'add', 'path': '/spec/tolerations/-', 'value': {'key': 'NAME'}}]";
        webhooks.answer("https://a", once.replace('\'', '"').replace("NAME", "a"));
        webhooks.answer("https://b", once.replace('\'', '"').replace("NAME", "b"));
        create(Resources.PODS, "ns", POD.replace("spec: {", "spec: {tolerations: [{key: n}], "));
        assertThat(webhooks.calls())
                .containsExactly(
                        "https://a CREATE",
                        "https://b CREATE",
                        "https://a CREATE",
                        "https://b CREATE");
    }

    @Test
    void whoAnEarlierOneMakesMatchIsAskedInTheSameRound() {
        mutating("a", "https://a", "");
        mutating("b", "https://b", ", objectSelector: {matchLabels: {a: x}}");
        webhooks.answer(
                "https://a",
                "[{\"op\": \"add\", \"path\": \"/metadata/labels/a\", \"value\": \"x\"}]");
        create(Resources.PODS, "ns", POD);
        assertThat(webhooks.calls()).containsExactly("https://a CREATE", "https://b CREATE");
    }

    @Test
    void aPatchThatDoesNotFitRefusesWhateverThePolicy() {
        mutating("a", "https://a", ", failurePolicy: Ignore");
        webhooks.answer("https://a", "[{\"op\": \"remove\", \"path\": \"/spec/nothing\"}]");
        assertThatThrownBy(() -> create(Resources.PODS, "ns", POD))
                .isInstanceOfSatisfying(
                        ApiFault.class, fault -> assertThat(fault.code()).isEqualTo(500))
                .hasMessageStartingWith("Internal error occurred: remove operation does not apply");
    }

    @Test
    void aContainerThatAWebhookAddsGetsTheTokenToo() {
        mutating("a", "https://a", "");
        webhooks.answer("https://a", ADD_VOLUME_USER);
        ObjectNode pod = create(Resources.PODS, "ns", POD);
        assertThat(pod.at("/spec/containers/1/volumeMounts/0/name").asText())
                .isEqualTo("kube-api-access-abcde");
        assertThat(pod.at("/spec/containers/1/imagePullPolicy").asText()).isEqualTo("Always");
        assertThat(pod.at("/spec/volumes")).hasSize(1);
    }

    @Test
    void selectorsDecideWhoIsAsked() {
        mutating("a", "https://a", ", namespaceSelector: {matchLabels: {mesh: 'off'}}");
        mutating("b", "https://b", ", objectSelector: {matchLabels: {a: z}}");
        mutating(
                "c",
                "https://c",
                ", namespaceSelector: {matchLabels: {mesh: 'on'}}, objectSelector: {matchLabels:"
                        + " {a: b}}");
        create(Resources.PODS, "ns", POD);
        assertThat(webhooks.calls()).containsExactly("https://c CREATE");
    }

    @Test
    void aWebhookThatFailsRefusesUnlessItIsToBeIgnored() {
        mutating("a", "https://a", ", failurePolicy: Ignore");
        webhooks.answer("https://a", "fail: boom");
        create(Resources.PODS, "ns", POD);
        mutating("b", "https://b", "");
        webhooks.answer("https://b", "fail: boom");
        assertThatThrownBy(() -> create(Resources.PODS, "ns", POD.replace("name: p", "name: q")))
                .isInstanceOfSatisfying(
                        ApiFault.class, fault -> assertThat(fault.code()).isEqualTo(500))
                .hasMessage("Internal error occurred: failed calling webhook \"b.x.io\": boom");
    }

    @Test
    void aWebhookSaysNoInItsOwnWords() {
        mutating("a", "https://a", "");
        webhooks.answer("https://a", "deny: not here");
        assertThatThrownBy(() -> create(Resources.PODS, "ns", POD))
                .hasMessage("admission webhook \"a.x.io\" denied the request: not here");
        assertThat(verbs.get(catalog.of(Resources.PODS), "ns", "p")).isEqualTo(Optional.empty());
    }

    @Test
    void aDryRunAsksAndStoresNothing() {
        mutating("a", "https://a", "");
        Call dry = new Call(object("{username: me}"), "me", true, Call.Strictness.STRICT);
        ObjectNode pod = verbs.create(catalog.of(Resources.PODS), "ns", object(POD), false, dry);
        assertThat(pod.at("/metadata/name").asText()).isEqualTo("p");
        assertThat(webhooks.calls()).hasSize(1);
        assertThat(verbs.get(catalog.of(Resources.PODS), "ns", "p")).isEmpty();
    }
}
