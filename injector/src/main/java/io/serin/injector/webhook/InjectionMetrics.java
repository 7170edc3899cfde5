// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import java.time.Duration;

/** Told of each call; Istio's {@code sidecar_injection_*} metrics. Any thread. */
public interface InjectionMetrics {

    /** How a call ended. */
    enum Result {
        INJECTED,
        SKIPPED,
        FAILED
    }

    void called(Result result, Duration time);

    /** Counts nothing. */
    InjectionMetrics NONE = (result, time) -> {};
}
