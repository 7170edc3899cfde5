// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.decide.Refusal;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestInjectionTest {

    private static final Injector INJECTOR = TestInjectors.of("1-0");

    @ParameterizedTest
    @CsvSource({
        "apps/v1, Deployment, deployments",
        "apps/v1, StatefulSet, statefulsets",
        "apps/v1, DaemonSet, daemonsets",
        "apps/v1, ReplicaSet, replicasets",
        "batch/v1, Job, jobs",
        "batch/v1, CronJob, cronjobs",
    })
    void injectsThePodTemplateInTheNameOfItsOwner(String apiVersion, String kind, String plural) {
        boolean cron = kind.equals("CronJob");
        String path = cron ? "/spec/jobTemplate/spec/template" : "/spec/template";
        String pod = "{metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}";
        String spec = "{template: " + pod + "}";

        JsonNode injected =
                inject(
                        "{apiVersion: %s, kind: %s, metadata: {name: front, namespace: shop}, spec: %s}"
                                .formatted(
                                        apiVersion,
                                        kind,
                                        cron ? "{jobTemplate: {spec: " + spec + "}}" : spec));

        assertThat(names(injected.at(path + "/spec/initContainers")))
                .containsExactly("istio-init", "istio-proxy");
        assertThat(injected.at(path + "/metadata").has("ownerReferences")).isFalse();
        assertThat(injected.at(path).toString())
                .contains(
                        "kubernetes://apis/"
                                + apiVersion
                                + "/namespaces/shop/"
                                + plural
                                + "/front");
    }

    @Test
    void injectsPodsAndTheItemsOfLists() {
        JsonNode list =
                inject(
                        """
                        apiVersion: v1
                        kind: List
                        items:
                          - apiVersion: v1
                            kind: Pod
                            metadata: {name: a}
                            spec: {containers: [{name: a}]}
                          - {apiVersion: v1, kind: Service, metadata: {name: a}}
                        """);

        assertThat(names(list.at("/items/0/spec/initContainers"))).contains("istio-proxy");
        assertThat(list.at("/items/1"))
                .isEqualTo(yaml("{apiVersion: v1, kind: Service, metadata: {name: a}}"));
    }

    @Test
    void leavesAllElseAsItIs() {
        String text =
                """
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: c}
                data: {mode: "0644", on: "yes", script: "a\\n b\\n"}
                ---
                apiVersion: batch.volcano.sh/v1alpha1
                kind: Job
                spec: {tasks: []}
                ---
                just text
                """;

        assertThat(TreeTemplate.parseYaml(ManifestInjection.inject(text, INJECTOR)))
                .isEqualTo(TreeTemplate.parseYaml(text));
    }

    @Test
    void saysWhatBecameOfEach() {
        List<String> notes = new ArrayList<>();
        String injected =
                ManifestInjection.inject(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: a, annotations: {sidecar.istio.io/logLevel: debug}}
                        spec: {containers: [{name: a}]}
                        ---
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: b}
                        spec: {hostNetwork: true, containers: [{name: b}]}
                        """,
                        INJECTOR,
                        notes::add);

        assertThat(injected).contains("name: istio-proxy");
        assertThat(notes)
                .containsExactly(
                        "Pod a: injected",
                        "Pod a: warning: annotation sidecar.istio.io/logLevel has no effect: The"
                                + " level of the log is the image's.",
                        "Pod b: left as it is: spec.hostNetwork is true, so its traffic is the"
                                + " node's");
    }

    @Test
    void whatItMadeIsLeftAsItIsByASecondRun() {
        String once =
                ManifestInjection.inject(
                        """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web, namespace: shop}
                        spec: {template: {metadata: {}, spec: {containers: [{name: web}]}}}
                        """,
                        INJECTOR);

        assertThat(inject(once)).isEqualTo(yaml(once));
    }

    @Test
    void aRefusalNamesObjectAndField() {
        assertThatThrownBy(() ->
                        inject(
                                """
                                apiVersion: apps/v1
                                kind: Deployment
                                metadata: {name: web}
                                spec:
                                  template:
                                    metadata:
                                      annotations: {sidecar.istio.io/proxyCPU: lots}
                                    spec: {containers: [{name: web}]}
                                """))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Deployment web: spec.template.metadata.annotations"
                                + "[sidecar.istio.io/proxyCPU]: 'lots' (expected: a quantity like"
                                + " 100m or 128Mi)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: w}}"
                        + " | Deployment w: spec.template.spec",
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: w}, spec: {template: 3}}"
                        + " | Deployment w: spec.template.spec",
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: w}, spec: {template:"
                        + " {metadata: 3}}} | Deployment w: spec.template.metadata",
                "{apiVersion: v1, kind: Pod} | 'Pod : spec'",
            })
    void aManifestThatIsNoneIsRefusedToo(String manifest, String message) {
        assertThatThrownBy(() -> inject(manifest))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void textThatIsNotYamlIsATemplateFault() {
        assertThatThrownBy(() -> inject("a: [")).isInstanceOf(TemplateFault.class);
    }

    private static JsonNode inject(String text) {
        return yaml(ManifestInjection.inject(text, INJECTOR));
    }

    private static JsonNode yaml(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }

    private static List<String> names(JsonNode items) {
        List<String> names = new ArrayList<>();
        items.forEach(item -> names.add(item.path("name").asText()));
        return names;
    }
}
