// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

/** How a rollout ended. */
public sealed interface Outcome {

    record Done() implements Outcome {}

    /** A guard did not hold in a namespace; what has moved stays moved. */
    record Stopped(String namespace, String reason) implements Outcome {}

    /**
     * Another run holds one of the namespaces, or has changed it: this one has changed nothing, or
     * nothing since it was found out.
     *
     * @param remedy what to do about it
     */
    record Yielded(String reason, String remedy) implements Outcome {}

    /** A guard did not hold, and all is as it was. */
    record WentBack(String namespace, String reason) implements Outcome {}
}
