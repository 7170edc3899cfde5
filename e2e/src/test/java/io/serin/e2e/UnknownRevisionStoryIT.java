// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import org.junit.jupiter.api.Test;

/**
 * A label names a revision that is not there: pods start without a sidecar, and one can see why.
 */
@Story
class UnknownRevisionStoryIT {

    private final Stage stage;

    UnknownRevisionStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void isShownAsMissingWithTheNamespaceThatWantsIt() {
        try (Scene shop = stage.scene("unknown", "9-9")) {
            shop.apply(Cast.visitor("lonely", "{app: lonely}"));

            assertThat(stage.kubectl().json("get pod lonely -n unknown").at("/spec/initContainers"))
                    .isEmpty();
            assertThat(stage.serin().run("revision list").lines())
                    .anySatisfy(line -> assertThat(line).contains("9-9").contains("MISSING"));
        }
    }

    @Test
    void cannotBeUninstalled() {
        Ended refused = stage.serin().attempt("uninstall --revision 9-9 -y");

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("9-9");
    }
}
