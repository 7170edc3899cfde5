// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeTemplateTest {

    private static JsonNode yaml(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }

    @Test
    void aScalarThatIsOnePlaceholderTakesTheValueWithItsType() {
        JsonNode rendered =
                TreeTemplate.render(
                        yaml("{n: '${n}', b: '${b}', s: '${s}', l: '${l}', t: '${t}'}"),
                        Map.of(
                                "n",
                                3,
                                "b",
                                true,
                                "s",
                                "3",
                                "l",
                                List.of("a", "b"),
                                "t",
                                yaml("{x: 1}")));

        assertThat(rendered).isEqualTo(yaml("{n: 3, b: true, s: '3', l: [a, b], t: {x: 1}}"));
    }

    @Test
    void aFieldWhoseValueIsNullIsLeftOut() {
        assertThat(
                        TreeTemplate.render(
                                yaml("{a: '${v}', b: {c: '${v}'}, d: null}"),
                                Map.of("v", NullNode.instance)))
                .isEqualTo(yaml("{b: {}, d: null}"));
    }

    @Test
    void withinOtherTextTheValueIsWrittenOut() {
        assertThat(
                        TreeTemplate.render(
                                yaml("- host-${n}.${rev}\n- ${rev}-key: 1"),
                                Map.of("n", 3, "rev", "1-0")))
                .isEqualTo(yaml("[host-3.1-0, {1-0-key: 1}]"));
    }

    @Test
    void aValueNeverBecomesStructureOrAnotherPlaceholder() {
        String evil = "x\nb: [1]\n---\n${other} $1 \\";

        assertThat(
                        TreeTemplate.render(
                                yaml("{a: '${v}', c: 'pre ${v}'}"),
                                Map.of("v", evil, "other", "no")))
                .isEqualTo(TreeTemplate.tree(Map.of("a", evil, "c", "pre " + evil)));
    }

    @Test
    void theTemplateStaysAsItIs() {
        JsonNode template = yaml("{a: {b: '${v}'}}");
        JsonNode before = template.deepCopy();

        assertThat(TreeTemplate.render(template, Map.of("v", 1))).isNotEqualTo(before);
        assertThat(template).isEqualTo(before);
    }

    @Test
    void aPlaceholderWithoutValueIsNamedWithItsPlace() {
        assertThatThrownBy(() ->
                        TreeTemplate.render(
                                yaml("spec: {containers: [{image: 'x/${imgae}'}]}"),
                                Map.of("image", "a", "hub", "b")))
                .isInstanceOf(TemplateFault.class)
                .hasMessage(
                        "template, at spec.containers[0].image: ${imgae} (expected: one of [hub,"
                                + " image])");
    }

    @Test
    void readsYamlAsKubernetesDoes() {
        assertThat(
                        yaml(
                                """
                                base: &base {cpu: 100m, memory: 1Gi}
                                merged: {<<: *base, memory: 2Gi}
                                same: *base
                                mode: 0644
                                hex: 0x1f
                                big: 9223372036854775808
                                on: yes
                                off: [no, off, true]
                                date: 2026-01-02
                                time: 12:30:45
                                zero: 09
                                real: 1e3
                                none: [~, null]
                                nothing:
                                text: ['yes', "0644", 1.2.3, 10m, -]
                                """))
                .isEqualTo(
                        yaml(
                                """
                                {"base": {"cpu": "100m", "memory": "1Gi"},
                                 "merged": {"cpu": "100m", "memory": "2Gi"},
                                 "same": {"cpu": "100m", "memory": "1Gi"},
                                 "mode": 420, "hex": 31, "big": 9223372036854775808,
                                 "true": true, "false": [false, false, true],
                                 "date": "2026-01-02", "time": "12:30:45", "zero": "09",
                                 "real": 1000.0, "none": [null, null], "nothing": null,
                                 "text": ["yes", "0644", "1.2.3", "10m", "-"]}
                                """));
    }

    @Test
    void readsAllDocumentsButEmptyOnes() {
        assertThat(TreeTemplate.parseYaml("---\na: 1\n---\n# nothing\n---\nb: 2\n---\n"))
                .containsExactly(yaml("a: 1"), yaml("b: 2"));
    }

    @Test
    void whatIsNotYamlIsATemplateFault() {
        for (String broken :
                new String[] {
                    "a: [1",
                    "a: 1\na: 2",
                    "\t- x",
                    "*nowhere",
                    "!!java.io.File [x]",
                    "&a [*a]",
                    "[".repeat(300)
                }) {
            assertThatThrownBy(() -> TreeTemplate.parseYaml(broken))
                    .as(broken)
                    .isInstanceOf(TemplateFault.class)
                    .hasMessageStartingWith("not YAML: ");
        }
    }

    @Test
    void aFewAliasesThatStandForATreeWithoutEndAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i <= 24; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertThatThrownBy(() -> TreeTemplate.parseYaml(bomb.toString()))
                .isInstanceOf(TemplateFault.class)
                .hasMessageContaining("too large a tree");
    }

    @Test
    void textThatOthersMightTakeForSomethingElseIsQuoted() {
        for (String text :
                new String[] {
                    "yes",
                    "on",
                    "y",
                    "null",
                    "~",
                    "1e3",
                    "012",
                    "0x1f",
                    "1_000",
                    ".5",
                    ".inf",
                    "2026-01-02",
                    "12:30",
                    "",
                    " a",
                    "a ",
                    "a: b",
                    "a #b",
                    "- a",
                    "*",
                    "&a",
                    "!a",
                    "@a",
                    "%a",
                    "{a",
                    "[a",
                    "a\nb",
                    "a\n",
                    "\n",
                    "é",
                    "'",
                    "\"",
                    "\\",
                    "true",
                    "="
                }) {
            String written = TreeTemplate.writeYaml(List.of(TreeTemplate.tree(List.of(text))));

            assertThat(TreeTemplate.parseYaml(written).getFirst().get(0).textValue())
                    .as(written)
                    .isEqualTo(text);
            assertThat(written).as(text).containsAnyOf("\"", "'", "|");
        }
    }
}
