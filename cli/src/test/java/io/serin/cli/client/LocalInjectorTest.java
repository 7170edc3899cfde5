// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.name.Revision;
import io.serin.injector.Injection;
import io.serin.injector.Injector;
import io.serin.injector.template.TreeTemplate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An injector does what values say. */
class LocalInjectorTest {

    private static final String SECTION = "sidecarInjectorWebhook.";

    @Test
    void aPodGetsTheTemplatesThatValuesAdd() {
        Injector injector =
                injector(
                        Map.of(
                                SECTION + "templates",
                                "{tracing: {containers: [{name: istio-proxy, env: [{name: TRACER,"
                                        + " value: '${workloadName}'}]}, {name: collector, image:"
                                        + " 'collector:1'}]}}",
                                SECTION + "aliases",
                                "{traced: [sidecar, tracing]}",
                                SECTION + "defaultTemplates",
                                "[traced]",
                                SECTION + "injectedAnnotations",
                                "{example.org/team: shop}"));

        JsonNode pod = injected(injector, "{app: shop}");

        assertThat(pod.at("/spec/containers").findValuesAsText("name"))
                .contains("app", "collector");
        assertThat(
                        named(
                                named(pod.at("/spec/initContainers"), "istio-proxy").path("env"),
                                "TRACER"))
                .isEqualTo(tree("{name: TRACER, value: shop}"));
        assertThat(pod.at("/metadata/annotations").path("example.org/team").asText())
                .isEqualTo("shop");
    }

    @Test
    void aTemplateOfTheShippedOnesNameIsAllThatIsAdded() {
        JsonNode pod =
                injected(
                        injector(
                                Map.of(
                                        SECTION + "templates",
                                        "{sidecar: {containers: [{name: only, image:"
                                                + " '${image}'}]}}")),
                        "{app: shop}");

        assertThat(pod.at("/spec/initContainers").isEmpty()).isTrue();
        assertThat(named(pod.at("/spec/containers"), "only").path("image").asText())
                .isEqualTo("serin-proxy:0.1.0");
    }

    @Test
    void whoGetsASidecarIsWhatPolicyAndSelectorsSay() {
        Injector injector =
                injector(
                        Map.of(
                                "proxy.autoInject",
                                "disabled",
                                SECTION + "alwaysInjectSelector",
                                "[{matchLabels: {app: shop}}]",
                                SECTION + "neverInjectSelector",
                                "[{matchExpressions: [{key: job, operator: Exists}]}]"));

        assertThat(inject(injector, "{app: shop}")).isInstanceOf(Injection.Injected.class);
        assertThat(inject(injector, "{app: other}"))
                .isInstanceOfSatisfying(
                        Injection.Skipped.class,
                        skipped ->
                                assertThat(skipped.reason())
                                        .isEqualTo("the injector's policy is disabled"));
        assertThat(inject(injector, "{app: shop, job: x}"))
                .isInstanceOfSatisfying(
                        Injection.Skipped.class,
                        skipped ->
                                assertThat(skipped.reason())
                                        .isEqualTo("neverInjectSelector selects it"));
    }

    private static Injector injector(Map<String, String> settings) {
        return LocalInjector.of(new Revision("1-0"), InstallValues.of(settings));
    }

    private static JsonNode injected(Injector injector, String labels) {
        return ((Injection.Injected) inject(injector, labels)).pod();
    }

    private static Injection inject(Injector injector, String labels) {
        return injector.inject(
                tree(
                        "{metadata: {name: shop, labels: %s}, spec: {containers: [{name: app}]}}"
                                .formatted(labels)),
                "shop",
                Map.of());
    }

    private static JsonNode named(JsonNode list, String name) {
        return list.valueStream()
                .filter(item -> item.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode tree(String text) {
        List<JsonNode> documents = TreeTemplate.parseYaml(text);
        return documents.getFirst();
    }
}
