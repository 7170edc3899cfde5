// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.template.TreeTemplate;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a                                  | : '\"a\"' (expected: matchLabels, matchExpressions)",
                "{matchLabel: {a: b}}               | .matchLabel: '{\"a\":\"b\"}' (expected: one of matchLabels, matchExpressions)",
                "{matchLabels: [a]}                 | .matchLabels: '[\"a\"]' (expected: labels)",
                "{matchLabels: {a: 1}}              | .matchLabels.a: '1' (expected: text)",
                "{matchExpressions: {key: a}}       | .matchExpressions: '{\"key\":\"a\"}' (expected: a list)",
                "{matchExpressions: [{key: a, operator: Exists}, {key: a, operator: Gt, values: [b]}]}"
                        + " | .matchExpressions[1].operator: 'Gt' (expected: In, NotIn, Exists or DoesNotExist)",
                "{matchExpressions: [{operator: Exists}]}"
                        + " | .matchExpressions[0].key: '' (expected: a label's name)",
                "{matchExpressions: [{key: a, operator: In, values: []}]}"
                        + " | .matchExpressions[0].values: '[]' (expected: a list of values)",
                "{matchExpressions: [{key: a, operator: In, values: [1]}]}"
                        + " | .matchExpressions[0].values: '1' (expected: text)",
                "{matchExpressions: [{key: a, operator: Exists, values: [b]}]}"
                        + " | .matchExpressions[0].values: '[\"b\"]' (expected: none, beside Exists)",
                "{matchExpressions: [{key: a, operator: Exists, value: b}]}"
                        + " | .matchExpressions[0].value: '\"b\"' (expected: one of key, operator, values)",
            })
    void namesWhatItDoesNotUnderstand(String selector, String message) {
        assertThatThrownBy(() -> LabelSelector.parse(yaml(selector)))
                .isInstanceOf(Refusal.class)
                .hasMessage(message);
    }

    private static JsonNode yaml(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }
}
