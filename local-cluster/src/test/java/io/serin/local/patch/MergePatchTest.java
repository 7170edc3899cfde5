// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import static io.serin.local.Json.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {

    /** From RFC 7396, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{a: b} | {a: c} | {a: c}",
                "{a: b} | {b: c} | {a: b, b: c}",
                "{a: b} | {a: null} | {}",
                "{a: [b]} | {a: c} | {a: c}",
                "{a: {b: c}} | {a: {b: d, c: null}} | {a: {b: d}}",
                "{a: [{b: c}]} | {a: [1]} | {a: [1]}",
                "[a, b] | [c, d] | [c, d]",
                "{a: foo} | {b: {c: null}} | {a: foo, b: {}}"
            })
    void merges(String target, String patch, String result) {
        assertThat(MergePatch.apply(node(target), node(patch))).isEqualTo(node(result));
    }

    @Test
    void aJsonPatchThatCantBeDoneSaysSo() {
        assertThatThrownBy(() ->
                        JsonPatches.apply(node("{a: b}"), node("[{op: test, path: /a, value: c}]")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(JsonPatches.apply(node("{a: b}"), node("[{op: replace, path: /a, value: c}]")))
                .isEqualTo(node("{a: c}"));
    }
}
