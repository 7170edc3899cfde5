// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

/** What is done when a guard does not hold. */
public enum OnFailure {
    /** Nothing more: what has moved stays. */
    STOP,
    /** What has moved in this step goes back. */
    ROLLBACK,
    /** Waits until it holds. */
    PAUSE
}
