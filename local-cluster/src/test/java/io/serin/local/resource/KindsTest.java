// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import static io.serin.local.Json.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resources;
import io.serin.local.resource.Faults.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KindsTest {

    private static final String TEMPLATE =
            "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}";

    private final Catalog catalog = new Catalog();

    private List<String> problems(String plural, String yaml) {
        Kind kind =
                catalog.kinds().stream()
                        .filter(each -> each.resource().plural().equals(plural))
                        .findFirst()
                        .orElseThrow();
        ObjectNode object = object(yaml);
        Defaults.set(kind, object);
        return Validation.create(kind, object).stream().map(Cause::toString).toList();
    }

    @Test
    void eachPlaceThatMergesIsOneOfTheShapes() {
        assertThat(Shapes.strayMerges()).isEmpty();
    }

    @Test
    void aDeploymentGetsKubernetesDefaults() {
        ObjectNode deployment =
                object(
                        "{metadata: {name: x}, spec: {selector: {matchLabels: {a: b}}, "
                                + TEMPLATE
                                + "}}");
        Kind kind = catalog.of(Resources.DEPLOYMENTS);
        Defaults.set(kind, deployment);
        assertThat(deployment.path("spec"))
                .isEqualTo(
                        object(
                                "{replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds:"
                                        + " 600, strategy: {type: RollingUpdate, rollingUpdate:"
                                        + " {maxUnavailable: 25%, maxSurge: 25%}}, selector:"
                                        + " {matchLabels: {a: b}}, template: {metadata: {labels: {a:"
                                        + " b}}, spec: {restartPolicy: Always,"
                                        + " terminationGracePeriodSeconds: 30, dnsPolicy: ClusterFirst,"
                                        + " schedulerName: default-scheduler, securityContext: {},"
                                        + " containers: [{name: c, image: i, imagePullPolicy: Always,"
                                        + " resources: {}, terminationMessagePath:"
                                        + " /dev/termination-log, terminationMessagePolicy: File}]}}}"));
        ObjectNode again = deployment.deepCopy();
        Defaults.set(kind, again);
        assertThat(again).isEqualTo(deployment);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "namespaces | {metadata: {name: A}} | metadata.name: Invalid value: \"A\":",
                "configmaps | {metadata: {}} | metadata.name: Required value: name or generateName",
                "configmaps | {metadata: {name: a, labels: {b: c d}}} | metadata.labels: Invalid",
                "services | {metadata: {name: a}, spec: {}} | spec.ports: Required value",
                "services | {metadata: {name: 1a}, spec: {ports: [{port: 1}]}} | DNS-1035",
                "services | {metadata: {name: a}, spec: {ports: [{port: 0}]}} | must be between 1",
                "services | {metadata: {name: a}, spec: {ports: [{port: 1}, {port: 2}]}} |"
                        + " spec.ports[0].name: Required value",
                "pods | {metadata: {name: a}, spec: {}} | spec.containers: Required value",
                "pods | {metadata: {name: a}, spec: {containers: [{name: a}]}} |"
                        + " spec.containers[0].image: Required value",
                "pods | {metadata: {name: a}, spec: {containers: [{name: a, image: i,"
                        + " volumeMounts: [{name: v, mountPath: /v}]}]}} |"
                        + " spec.containers[0].volumeMounts[0].name: Not found: \"v\"",
                "pods | {metadata: {name: a}, spec: {containers: [{name: a, image: i}, {name: a,"
                        + " image: i}]}} | spec.containers[1].name: Duplicate value: \"a\"",
                "deployments | {metadata: {name: a}, spec: {selector: {matchLabels: {x: y}},"
                        + " template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c,"
                        + " image: i}]}}}} | `selector` does not match template `labels`",
                "mutatingwebhookconfigurations | {metadata: {name: a}, webhooks: [{name: a.b.c,"
                        + " admissionReviewVersions: [v1], sideEffects: None, clientConfig: {url:"
                        + " 'https://x'}, matchConditions: [{name: a, expression: 'true'}]}]} |"
                        + " local-cluster does not evaluate CEL"
            })
    void saysWhatIsWrong(String plural, String yaml, String problem) {
        assertThat(problems(plural, yaml)).anyMatch(each -> each.contains(problem));
    }

    @Test
    void prunesWhatIsUnknownAndTellsItsPlace() {
        ObjectNode pod =
                object("{spec: {containers: [{name: a, imagee: b}], x: y, hostname: null}}");
        Fields.Found found = Fields.prune(Shapes.of("Pod"), pod);
        assertThat(found.unknown())
                .containsExactlyInAnyOrder(
                        "unknown field \"spec.containers[0].imagee\"", "unknown field \"spec.x\"");
        assertThat(pod).isEqualTo(object("{spec: {containers: [{name: a}]}}"));
    }

    @Test
    void aDefinitionServesItsKind() {
        catalog.define(
                object(
                        "{metadata: {name: foos.x.io}, spec: {group: x.io, scope: Namespaced,"
                                + " names: {kind: Foo, plural: foos, singular: foo, shortNames: [f]},"
                                + " versions: [{name: v1, served: true, storage: true, subresources:"
                                + " {status: {}}, schema: {openAPIV3Schema: {type: object, properties:"
                                + " {spec: {type: object, required: [size], properties: {size: {type:"
                                + " integer, minimum: 1, default: 3}, mode: {type: string, enum: [a,"
                                + " b]}, host: {type: string, pattern: '^[a-z]+$'}}}}}}}]}}"));
        Kind foos = catalog.find("x.io", "v1", "foos").orElseThrow();
        assertThat(foos.hasStatus()).isTrue();
        ObjectNode fine = object("{metadata: {name: f}, spec: {mode: a}}");
        Defaults.set(foos, fine);
        assertThat(fine.at("/spec/size").asInt()).isEqualTo(3);
        assertThat(Validation.create(foos, fine)).isEmpty();
        ObjectNode wrong = object("{metadata: {name: f}, spec: {size: 0, mode: c, host: '1'}}");
        assertThat(Validation.create(foos, wrong))
                .extracting(Cause::toString)
                .containsExactlyInAnyOrder(
                        "spec.size: Invalid value: 0: spec.size in body should be greater than or"
                                + " equal to 1",
                        "spec.mode: Unsupported value: \"c\": supported values: \"a\", \"b\"",
                        "spec.host: Invalid value: \"1\": spec.host in body should match"
                                + " '^[a-z]+$'");
        catalog.forget("foos.x.io");
        assertThat(catalog.find("x.io", "v1", "foos")).isEmpty();
    }
}
