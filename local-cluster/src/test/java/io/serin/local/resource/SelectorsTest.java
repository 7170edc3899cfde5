// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import static io.serin.local.Json.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.local.api.ApiFault;
import io.serin.local.api.Resources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=web | {app: web} | true",
                "app==web | {app: web} | true",
                "app=web | {app: api} | false",
                "app!=web | {} | true",
                "app!=web | {app: web} | false",
                "app in (a, b),tier | {app: b, tier: x} | true",
                "app in (a, b),tier | {app: b} | false",
                "app notin (a,b) | {app: c} | true",
                "app notin (a,b) | {} | true",
                "!app | {} | true",
                "!app | {app: a} | false",
                "istio.io/rev=1-0 | {istio.io/rev: 1-0} | true",
                "app= | {app: ''} | true"
            })
    void readsLabelSelectors(String selector, String labels, boolean matches) {
        assertThat(LabelSelector.parse(selector).matches(node(labels))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{matchLabels: {a: b}} | {a: b, c: d} | true",
                "{matchExpressions: [{key: a, operator: In, values: [b]}]} | {a: c} | false",
                "{matchExpressions: [{key: a, operator: NotIn, values: [b]}]} | {} | true",
                "{matchExpressions: [{key: a, operator: DoesNotExist}]} | {} | true",
                "{matchExpressions: [{key: a, operator: Exists}]} | {a: x} | true",
                "{} | {} | true"
            })
    void readsSelectorsOfObjects(String selector, String labels, boolean matches) {
        assertThat(LabelSelector.of(node(selector)).matches(node(labels))).isEqualTo(matches);
    }

    @Test
    void whatItCantReadIsABadRequest() {
        assertThatThrownBy(() -> LabelSelector.parse("a > b"))
                .isInstanceOfSatisfying(
                        ApiFault.class, fault -> assertThat(fault.code()).isEqualTo(400));
    }

    @Test
    void selectsPodsByTheirNode() {
        Kind pods = new Catalog().of(Resources.PODS);
        FieldSelector selector =
                FieldSelector.parse(pods, "spec.nodeName=local,status.phase!=Failed");
        assertThat(selector.matches(node("{spec: {nodeName: local}, status: {phase: Running}}")))
                .isTrue();
        assertThat(selector.matches(node("{spec: {nodeName: local}, status: {phase: Failed}}")))
                .isFalse();
        assertThat(selector.matches(node("{spec: {}}"))).isFalse();
    }

    @Test
    void aFieldThatCantBeSelectedByIsNamed() {
        Kind pods = new Catalog().of(Resources.PODS);
        assertThatThrownBy(() -> FieldSelector.parse(pods, "spec.volumes=x"))
                .hasMessageContaining("field label not supported: spec.volumes");
    }
}
