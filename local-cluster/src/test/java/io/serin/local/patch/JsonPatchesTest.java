// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import static io.serin.local.Json.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPatchesTest {

    private final JsonNode target = node("{a: {b: 1}, list: [x, y]}");

    @Test
    void operationsBuildOnOneAnother() {
        assertThat(
                        JsonPatches.apply(
                                target,
                                node(
                                        "[{op: add, path: /c, value: {}}, {op: move, from: /a/b, path: /c/d},"
                                                + " {op: remove, path: /a}, {op: remove, path: /list/0},"
                                                + " {op: add, path: /list/-, value: z}]")))
                .isEqualTo(node("{c: {d: 1}, list: [y, z]}"));
        assertThat(target).isEqualTo(node("{a: {b: 1}, list: [x, y]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{op: remove, path: /a/nothing}]",
                "[{op: remove, path: /list/2}]",
                "[{op: move, from: /nothing, path: /b}]",
                "[{op: copy, from: /nothing, path: /b}]",
                "[{op: replace, path: /a/nothing, value: 1}]",
                "[{op: test, path: /a/b, value: 2}]"
            })
    void whatCannotBeDoneIsRefused(String patch) {
        assertThatThrownBy(() -> JsonPatches.apply(target, node(patch)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
