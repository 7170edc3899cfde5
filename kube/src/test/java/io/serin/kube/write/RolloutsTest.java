// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloutsTest {

    @Test
    void whatIsToGoIsNull() {
        assertThat(
                        Rollouts.patch(
                                Map.of("istio-injection", Optional.empty()),
                                Map.of("serin.io/rollout", Optional.of("{}"))))
                .hasToString(
                        "{\"metadata\":{\"labels\":{\"istio-injection\":null},"
                                + "\"annotations\":{\"serin.io/rollout\":\"{}\"}}}");
    }
}
