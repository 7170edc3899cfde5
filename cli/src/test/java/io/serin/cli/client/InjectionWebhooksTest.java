// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.write.TagObjects;
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

    private static final JsonNode DEFAULT = installed("default");
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
        for (String line : truth.lines().toList()) {
            String[] halves = line.split("\\|", -1);
            Map<String, String> namespace = labels(halves[0]);
            String[] cells = halves[1].strip().split(" +", -1);
            assertThat(cells).hasSameSizeAs(PODS);
            for (int i = 0; i < PODS.size(); i++) {
                Map<String, String> pod = labels(PODS.get(i));
                List<String> wanted = cells[i].equals("-") ? List.of() : List.of(cells[i]);
                String where = "namespace {" + halves[0].strip() + "} pod {" + PODS.get(i) + "}";
                assertThat(webhooks.matching(namespace, pod))
                        .extracting(InjectionWebhooks.Hook::revision)
                        .as(where)
                        .isEqualTo(wanted);
                assertThat(
                                DesiredRevision.of(namespace, pod)
                                        .map(webhooks::resolve)
                                        .filter(it -> webhooks.revisions().contains(it))
                                        .stream()
                                        .toList())
                        .as("asked for: " + where)
                        .isEqualTo(wanted);
            }
        }
    }

    private static String why(InjectionWebhooks webhooks, String namespace, String pod) {
        return webhooks.hooks().getFirst().unmet(labels(namespace), labels(pod)).orElse("");
    }

    /** As {@code serin install} renders it, and its control plane fills it. */
    private static JsonNode installed(String revision) {
        JsonNode configuration =
                Manifests.render(new Revision(revision), InstallValues.of(Map.of())).stream()
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
                new Tag(name), new Revision(InjectionWebhooks.revision(injector)), injector, "");
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
