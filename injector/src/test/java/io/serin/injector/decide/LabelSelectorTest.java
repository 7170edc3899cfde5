// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.template.TreeTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                    | {a: b}       | false",
                "{matchLabels: {}}                     | {a: b}       | false",
                "{matchLabels: {a: b}}                 | {a: b, c: d} | true",
                "{matchLabels: {a: b, c: e}}           | {a: b, c: d} | false",
                "{matchLabels: {a: ''}}                | {}           | false",
                "{matchLabels: {a: ''}}                | {a: ''}      | true",
                "{matchExpressions: [{key: a, operator: In, values: [x, b]}]}    | {a: b} | true",
                "{matchExpressions: [{key: a, operator: In, values: [x]}]}       | {a: b} | false",
                "{matchExpressions: [{key: a, operator: In, values: ['']}]}      | {}     | false",
                "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}    | {a: b} | true",
                "{matchExpressions: [{key: a, operator: NotIn, values: [b]}]}    | {a: b} | false",
                "{matchExpressions: [{key: a, operator: NotIn, values: [b]}]}    | {}     | true",
                "{matchExpressions: [{key: a, operator: Exists}]}                | {a: b} | true",
                "{matchExpressions: [{key: a, operator: Exists}]}                | {}     | false",
                "{matchExpressions: [{key: a, operator: DoesNotExist}]}          | {a: b} | false",
                "{matchExpressions: [{key: a, operator: DoesNotExist}]}          | {}     | true",
                "{matchLabels: {a: b}, matchExpressions: [{key: c, operator: Exists}]} | {a: b}"
                        + " | false",
            })
    void selectsWhenEveryRequirementHolds(String selector, String labels, boolean selects) {
        assertThat(LabelSelector.parse(yaml(selector)).selects(yaml(labels))).isEqualTo(selects);
    }

    @Test
    void refusesAnOperatorThatIsNone() {
        JsonNode selector = yaml("{matchExpressions: [{key: a, operator: Gt, values: [1]}]}");

        assertThatThrownBy(() -> LabelSelector.parse(selector))
                .hasMessage("operator: 'Gt' (expected: In, NotIn, Exists or DoesNotExist)");
    }

    private static JsonNode yaml(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }
}
