// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.rollout.run.RolloutEvent;
import org.junit.jupiter.api.Test;

class RolloutTextTest {

    @Test
    void aNamespaceThatIsGoneIsNamed() {
        RolloutEvent gone = new RolloutEvent.NamespaceGone("preview");

        assertThat(RolloutText.line(gone))
                .isEqualTo("namespace preview was deleted: the others go on");
        assertThat(RolloutText.tree(gone))
                .hasToString("{\"event\":\"NamespaceGone\",\"namespace\":\"preview\"}");
    }
}
