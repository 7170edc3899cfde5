// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerMergeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{image: a, tty: true}       | {image: b}                | {image: a, tty: true}",
                "{x: {a: 1}}                 | {x: {b: 2}}               | {x: {a: 1, b: 2}}",
                "{x: [1]}                    | {x: {b: 2}}               | {x: [1]}",
                "{args: [c]}                 | {args: [a, b]}            | {args: [c]}",
                "{env: []}                   | {env: [{name: A}]}        | {env: [{name: A}]}",
                "{env: [{name: A, value: x}, {name: C}]}"
                        + " | {env: [{name: A, valueFrom: y}, {name: B}]}"
                        + " | {env: [{name: A, value: x}, {name: B}, {name: C}]}",
                "{ports: [{containerPort: 2}]}"
                        + " | {ports: [{containerPort: 1}]}"
                        + " | {ports: [{containerPort: 1}, {containerPort: 2}]}",
                "{volumeMounts: [{mountPath: /a, name: v}]}"
                        + " | {volumeMounts: [{mountPath: /a, name: w, readOnly: true}]}"
                        + " | {volumeMounts: [{mountPath: /a, name: v}]}",
                "{readinessProbe: {tcpSocket: {port: 1}}}"
                        + " | {readinessProbe: {httpGet: {port: 2}, periodSeconds: 5}}"
                        + " | {readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 5}}",
                "{lifecycle: {preStop: {sleep: {seconds: 1}}}}"
                        + " | {lifecycle: {preStop: {httpGet: {port: 2}}}}"
                        + " | {lifecycle: {preStop: {sleep: {seconds: 1}}}}",
            })
    void laysFieldsAndKeyedItemsOneByOne(String above, String below, String merged) {
        JsonNode belowTree = yaml(below);
        JsonNode before = belowTree.deepCopy();

        assertThat(ContainerMerge.lay(yaml(above), belowTree)).isEqualTo(yaml(merged));
        assertThat(belowTree).isEqualTo(before);
    }

    private static JsonNode yaml(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }
}
