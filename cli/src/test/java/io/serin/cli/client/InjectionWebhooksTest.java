// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.write.TagObjects;
import io.serin.kube.write.Webhooks;
import io.serin.rollout.cluster.InjectionProbe;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The selectors of the webhooks that are written for revisions and tags, evaluated as Kubernetes
 * does, against the truth table of Istio; and what the command line says that labels ask for,
 * against both.
 */
class InjectionWebhooksTest {

    private static final List<String> PODS =
            List.of(
                    "",
                    "inject=true",
                    "inject=false",
                    "inject=yes",
                    "rev=canary",
                    "rev=default",
                    "rev=prod",
                    "rev=ghost",
                    "inject=true rev=canary",
                    "inject=false rev=canary");

    /** The namespace's labels, then who injects each of the pods; {@code -} for nobody. */
    private static final String TRUTH =
            """
            none                          | -       default - -       canary  default canary  -       canary  -
            injection=enabled             | default default - default default default default default default -
            injection=disabled            | -       -       - -       -       -       -       -       -       -
            injection=maybe               | -       -       - -       -       -       -       -       -       -
            rev=default                   | default default - default default default default default default -
            rev=canary                    | canary  canary  - canary  canary  canary  canary  canary  canary  -
            rev=prod                      | canary  canary  - canary  canary  canary  canary  canary  canary  -
            rev=ghost                     | -       -       - -       -       -       -       -       -       -
            injection=enabled rev=canary  | default default - default default default default default default -
            injection=disabled rev=canary | -       -       - -       -       -       -       -       -       -
            """;

    /** Where pods that no label speaks of are taken in: the very first cell is another. */
    private static final String TRUTH_EVERYWHERE = TRUTH.replaceFirst("\\| -      ", "| default");

    private static final JsonNode DEFAULT = installed("default");
    private static final JsonNode EVERYWHERE =
            installed("default", Map.of("enableNamespacesByDefault", "true"));
    private static final JsonNode CANARY = installed("canary");
    private static final JsonNode OLD = installed("old");

    @Test
    void atMostOneWebhookMatchesAndItCallsWhomTheTableSays() {
        holds(InjectionWebhooks.of(List.of(DEFAULT, CANARY, tag("prod", CANARY))), TRUTH);
    }

    /** A tag of that name takes the place of the revision that is named so. */
    @Test
    void theDefaultTagIsAskedWhereTheDefaultRevisionWas() {
        JsonNode tag = tag("default", OLD);
        JsonNode prod = tag("prod", CANARY);

        holds(
                InjectionWebhooks.of(List.of(Deactivation.asleep(DEFAULT), OLD, CANARY, prod, tag)),
                TRUTH.replace("default", "old").replace("rev=old", "rev=default"));
        holds(
                InjectionWebhooks.of(List.of(OLD, CANARY, prod, tag)),
                TRUTH.replace("default", "old").replace("rev=old", "rev=default"));
    }

    @Test
    void takingInPodsThatNoLabelSpeaksOfChangesNothingForOthers() {
        InjectionWebhooks webhooks =
                InjectionWebhooks.of(List.of(EVERYWHERE, CANARY, tag("prod", CANARY)));

        matches(webhooks, TRUTH_EVERYWHERE);
        for (String system : Objects.NEVER_INJECTED) {
            assertThat(webhooks.matching(Map.of("kubernetes.io/metadata.name", system), Map.of()))
                    .isEmpty();
        }
        assertThat(webhooks.matching(Map.of("kubernetes.io/metadata.name", "shop"), Map.of()))
                .hasSize(1);
    }

    @Test
    void theDefaultTagTakesThemInWhereTheDefaultRevisionDid() {
        JsonNode asleep = Deactivation.asleep(EVERYWHERE);
        JsonNode tag =
                TagObjects.webhooks(
                        Tag.DEFAULT, new Revision("old"), OLD, "", Webhooks.isEverywhere(asleep));
        String truth = TRUTH_EVERYWHERE.replace("default", "old").replace("rev=old", "rev=default");

        matches(
                InjectionWebhooks.of(List.of(asleep, OLD, CANARY, tag("prod", CANARY), tag)),
                truth);
        matches(InjectionWebhooks.of(List.of(OLD, CANARY, tag("prod", CANARY), tag)), truth);
        assertThat(Webhooks.isEverywhere(tag)).isTrue();
        assertThat(Webhooks.isEverywhere(DEFAULT)).isFalse();
        assertThat(Deactivation.awake(asleep).path("webhooks"))
                .isEqualTo(EVERYWHERE.path("webhooks"));
    }

    /** No other tag does, whatever the revision does that it points to. */
    @Test
    void onlyTheDefaultTagTakesThemIn() {
        assertThat(tag("prod", EVERYWHERE).path("webhooks")).hasSize(2);
        assertThat(
                        TagObjects.webhooks(new Tag("prod"), new Revision("old"), OLD, "", true)
                                .path("webhooks"))
                .hasSize(2);
    }

    /** Why it has to sleep: row 99 of the contract. */
    @Test
    void withoutItsSleepTwoWouldMatch() {
        assertThat(
                        InjectionWebhooks.of(List.of(DEFAULT, OLD, tag("default", OLD)))
                                .matching(labels("injection=enabled"), Map.of()))
                .hasSize(2);
    }

    @Test
    void whatSleepsWakesAsItWas() {
        JsonNode asleep = Deactivation.asleep(DEFAULT);

        assertThat(Deactivation.isAsleep(DEFAULT)).isFalse();
        assertThat(Deactivation.isAsleep(asleep)).isTrue();
        assertThat(asleep.at("/webhooks/3/objectSelector/matchLabels").path("istio.io/deactivated"))
                .hasToString("\"never-match\"");
        JsonNode awake = Deactivation.awake(asleep);
        assertThat(Deactivation.isAsleep(awake)).isFalse();
        assertThat(awake.path("webhooks")).isEqualTo(DEFAULT.path("webhooks"));
    }

    @Test
    void anEntryOfATagCallsTheRealServiceOfItsTarget() {
        JsonNode tag = tag("prod", CANARY);

        assertThat(tag.at("/metadata/name").asText()).isEqualTo("istio-revision-tag-prod");
        assertThat(tag.at("/metadata/labels").path(Labels.TAG).asText()).isEqualTo("prod");
        assertThat(tag.at("/metadata/labels").path(Labels.REVISION).asText()).isEqualTo("canary");
        assertThat(tag.path("webhooks")).hasSize(2);
        assertThat(tag("default", CANARY).path("webhooks"))
                .hasSize(4)
                .allSatisfy(webhook -> {
                    assertThat(webhook.at("/clientConfig/service/name").asText())
                            .isEqualTo("istiod-canary");
                    assertThat(webhook.at("/clientConfig/caBundle").asText()).isEqualTo("Q0E=");
                });
    }

    @Test
    void aNameThatIsNotInstalledIsAskedForAllTheSame() {
        assertThat(DesiredRevision.of(labels("rev=ghost"), Map.of())).contains("ghost");
        assertThat(DesiredRevision.of(Map.of(), labels("rev=ghost"))).contains("ghost");
    }

    @Test
    void saysWhyAWebhookDoesNotMatch() {
        InjectionWebhooks webhooks = InjectionWebhooks.of(List.of(CANARY));

        assertThat(why(webhooks, "", "")).isEqualTo("namespace: no istio.io/rev, not canary");
        assertThat(why(webhooks, "rev=old", ""))
                .isEqualTo("namespace: istio.io/rev=old, not canary");
        assertThat(why(webhooks, "rev=canary injection=enabled", ""))
                .isEqualTo("namespace: istio-injection=enabled, which it shuns");
        assertThat(why(webhooks, "rev=canary", "inject=false"))
                .isEqualTo("pod: sidecar.istio.io/inject=false, which it shuns");
        assertThat(why(webhooks, "rev=canary", "")).isEmpty();
    }

    @Test
    void anEmptySelectorSelectsAllAndAnUnknownOperatorIsNamed() {
        assertThat(Selector.of(TreeTemplate.tree(Map.of())).unmet(Map.of())).isEmpty();
        Selector odd =
                Selector.of(
                        TreeTemplate.tree(
                                Map.of(
                                        "matchExpressions",
                                        List.of(Map.of("key", "a", "operator", "Gt")))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> odd.unmet(Map.of()))
                .withMessageContaining("operator: 'Gt' (expected: In,");
    }

    @Test
    void aTrialPodIsMadeWhereItsLabelIsHeard() {
        Map<String, Map<String, String>> namespaces =
                Map.of(
                        "kube-system", Map.of(),
                        "istio-system", Map.of(),
                        "a", labels("injection=disabled"),
                        "b", labels("rev=1-1"),
                        "c", labels("rev=1-0"),
                        "d", labels("injection=enabled rev=1-0"));

        assertThat(InjectionProbe.candidates(namespaces, "1-0"))
                .containsExactly("istio-system", "c");
        assertThat(InjectionProbe.candidates(namespaces, "default"))
                .containsExactly("istio-system", "d");
    }

    private static void holds(InjectionWebhooks webhooks, String truth) {
        matches(webhooks, truth);
        eachCell(
                truth,
                (namespace, pod, wanted) ->
                        assertThat(
                                        DesiredRevision.of(namespace, pod)
                                                .map(webhooks::resolve)
                                                .filter(it -> webhooks.revisions().contains(it))
                                                .stream()
                                                .toList())
                                .as("asked for: namespace " + namespace + " pod " + pod)
                                .isEqualTo(wanted));
    }

    private static void matches(InjectionWebhooks webhooks, String truth) {
        eachCell(
                truth,
                (namespace, pod, wanted) ->
                        assertThat(webhooks.matching(namespace, pod))
                                .extracting(InjectionWebhooks.Hook::revision)
                                .as("namespace " + namespace + " pod " + pod)
                                .isEqualTo(wanted));
    }

    private interface Cell {

        void holds(Map<String, String> namespace, Map<String, String> pod, List<String> wanted);
    }

    private static void eachCell(String truth, Cell cell) {
        for (String line : truth.lines().toList()) {
            String[] halves = line.split("\\|", -1);
            String[] cells = halves[1].strip().split(" +", -1);
            assertThat(cells).hasSameSizeAs(PODS);
            for (int i = 0; i < PODS.size(); i++) {
                cell.holds(
                        labels(halves[0]),
                        labels(PODS.get(i)),
                        cells[i].equals("-") ? List.of() : List.of(cells[i]));
            }
        }
    }

    private static String why(InjectionWebhooks webhooks, String namespace, String pod) {
        return webhooks.hooks().getFirst().unmet(labels(namespace), labels(pod)).orElse("");
    }

    /** As {@code serin install} renders it, and its control plane fills it. */
    private static JsonNode installed(String revision) {
        return installed(revision, Map.of());
    }

    private static JsonNode installed(String revision, Map<String, String> values) {
        JsonNode configuration =
                Manifests.render(new Revision(revision), InstallValues.of(values)).stream()
                        .filter(it -> it.path("kind").asText().equals(InjectionWebhooks.KIND))
                        .findFirst()
                        .orElseThrow();
        configuration
                .path("webhooks")
                .forEach(webhook -> webhook.withObject("/clientConfig").put("caBundle", "Q0E="));
        return configuration;
    }

    private static JsonNode tag(String name, JsonNode injector) {
        return TagObjects.webhooks(
                new Tag(name),
                new Revision(InjectionWebhooks.revision(injector)),
                injector,
                "",
                false);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        for (String pair : text.strip().split(" ", -1)) {
            if (pair.contains("=")) {
                String[] parts = pair.split("=", 2);
                labels.put(
                        switch (parts[0]) {
                            case "inject" -> Labels.INJECT;
                            case "injection" -> Labels.INJECTION;
                            case "rev" -> Labels.REVISION;
                            default -> throw new IllegalArgumentException(pair);
                        },
                        parts[1]);
            }
        }
        return labels;
    }
}
