// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.template.TreeTemplate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoveringTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{a: 1, b: 2}           | {a: 1}                | true",
                "{a: 1}                 | {a: 1, b: 2}          | false",
                "{a: 1}                 | {a: 2}                | false",
                "{a: {x: 1, y: 2}}      | {a: {x: 1}}           | true",
                "{a: 1}                 | {a: {x: 1}}           | false",
                "{a: 1}                 | {a: 1, b: 0, c: '', d: {}, e: []} | true",
                "{a: 1}                 | {a: 1, b: false}      | false",
                "{l: [{n: 1, d: x}, {n: 9}, {n: 2}]} | {l: [{n: 1}, {n: 2}]} | true",
                "{l: [{n: 2}, {n: 1}]}  | {l: [{n: 1}, {n: 2}]} | false",
                "{l: [{n: 1}]}          | {l: [{n: 1}, {n: 1}]} | false",
                "{l: [a, b]}            | {l: [a]}              | false",
                "{l: [a]}               | {l: [a]}              | true",
            })
    void holdsAllThatIsAskedForAndPerhapsMore(String held, String wanted, boolean covers) {
        assertThat(Covering.covers(yaml(held), yaml(wanted))).isEqualTo(covers);
    }

    private static JsonNode yaml(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }
}
