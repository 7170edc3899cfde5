// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import static io.serin.local.Json.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.local.resource.Shapes;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StrategicMergeTest {

    record Case(String name, String shape, String target, String patch, String result) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "merges containers by name",
                        "PodSpec",
                        "containers: [{name: a, image: x}, {name: b, image: y}]",
                        "containers: [{name: b, image: z}]",
                        "containers: [{name: a, image: x}, {name: b, image: z}]"),
                new Case(
                        "adds one that is not there",
                        "PodSpec",
                        "containers: [{name: a}]",
                        "containers: [{name: b}]",
                        "containers: [{name: a}, {name: b}]"),
                new Case(
                        "deletes by directive",
                        "PodSpec",
                        "containers: [{name: a}, {name: b}]",
                        "containers: [{name: a, $patch: delete}]",
                        "containers: [{name: b}]"),
                new Case(
                        "replaces a list by directive",
                        "PodSpec",
                        "containers: [{name: a}, {name: b}]",
                        "containers: [{$patch: replace}, {name: c}]",
                        "containers: [{name: c}]"),
                new Case(
                        "replaces a map by directive",
                        "ObjectMeta",
                        "labels: {a: b, c: d}",
                        "labels: {$patch: replace, e: f}",
                        "labels: {e: f}"),
                new Case(
                        "null removes",
                        "ObjectMeta",
                        "labels: {a: b, c: d}",
                        "labels: {a: null}",
                        "labels: {c: d}"),
                new Case(
                        "replaces lists without a key",
                        "Container",
                        "args: [a, b]",
                        "args: [c]",
                        "args: [c]"),
                new Case(
                        "merges environment by name, deep",
                        "PodSpec",
                        "containers: [{name: a, env: [{name: X, value: '1'}]}]",
                        "containers: [{name: a, env: [{name: Y, value: '2'}]}]",
                        "containers: [{name: a, env: [{name: X, value: '1'}, {name: Y, value:"
                                + " '2'}]}]"),
                new Case(
                        "orders as told",
                        "PodSpec",
                        "containers: [{name: a}, {name: b}]",
                        "{$setElementOrder/containers: [{name: b}, {name: a}], containers: [{name:"
                                + " b, image: z}]}",
                        "containers: [{name: b, image: z}, {name: a}]"),
                new Case(
                        "finalizers are a set",
                        "ObjectMeta",
                        "finalizers: [a, b]",
                        "{finalizers: [b, c], $deleteFromPrimitiveList/finalizers: [a]}",
                        "finalizers: [b, c]"),
                new Case(
                        "retains no other keys",
                        "DeploymentSpec",
                        "strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}",
                        "strategy: {$retainKeys: [type], type: Recreate}",
                        "strategy: {type: Recreate}"),
                new Case(
                        "merges ports of a Service by port",
                        "ServiceSpec",
                        "ports: [{port: 80, name: a}, {port: 81, name: b}]",
                        "ports: [{port: 81, name: c}]",
                        "ports: [{port: 80, name: a}, {port: 81, name: c}]"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void merges(Case row) {
        assertThat(
                        StrategicMerge.apply(
                                Shapes.of(row.shape()), object(row.target()), object(row.patch())))
                .isEqualTo(object(row.result()));
    }

    @Test
    void anItemWithoutItsKeyIsAFault() {
        assertThatThrownBy(() ->
                        StrategicMerge.apply(
                                Shapes.of("PodSpec"),
                                object("containers: [{name: a}]"),
                                object("containers: [{image: x}]")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not contain declared merge key: name");
    }
}
