// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.Revision;
import io.serin.control.serve.AdsSettings;
import org.junit.jupiter.api.Test;

class MetricsPageTest {

    private static final AdsSettings SETTINGS =
            new AdsSettings(15010, new Revision("1-0"), "0.1.0", "istiod-1-0-x");

    /** A registry holds what it measures only weakly, and says NaN when that is gone. */
    @Test
    void stillKnowsTheProcessAfterACollection() {
        var registry = MetricsPage.registry(SETTINGS);

        System.gc();

        assertThat(registry.scrape())
                .containsPattern("(?m)^process_resident_memory_bytes [1-9]")
                .containsPattern("(?m)^process_cpu_seconds_total [0-9]");
    }
}
