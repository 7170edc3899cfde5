// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {

    /** As in Kubernetes' third_party/forked/golang/expansion tests. */
    @ParameterizedTest
    @CsvSource({
        "$(A),                 a",
        "x-$(A)-$(B)-y,        x-a-b-y",
        "$(MISSING),           $(MISSING)",
        "$$(A),                $(A)",
        "$$$(A),               $a",
        "$$$$(A),              $$(A)",
        "$(A,                  $(A",
        "$A,                   $A",
        "$,                    $",
        "a$,                   a$",
        "$(),                  $()",
    })
    void expandsWhatIsKnown(String text, String expanded) {
        assertThat(Expansion.expand(text, Map.of("A", "a", "B", "b"))).isEqualTo(expanded);
    }
}
