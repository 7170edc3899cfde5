// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

/** How a rollout ended. */
public sealed interface Outcome {

    record Done() implements Outcome {}

    /** A guard did not hold in a namespace; what has moved stays moved. */
    record Stopped(String namespace, String reason) implements Outcome {}

    /** A guard did not hold, and all is as it was. */
    record WentBack(String namespace, String reason) implements Outcome {}
}
