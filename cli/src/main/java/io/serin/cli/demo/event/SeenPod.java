// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo.event;

/**
 * A pod, as it is shown.
 *
 * @param part what it is there for
 * @param app its label {@code app}, e.g. {@code reviews}
 * @param version its label {@code version}; empty where it has none
 * @param revision the revision that injected it, or whose control plane it is; empty for none
 */
public record SeenPod(
        String namespace,
        String name,
        Part part,
        String app,
        String version,
        String revision,
        State state) {

    public enum Part {
        CONTROL_PLANE,
        WORKLOAD
    }

    public enum State {
        /** Not ready yet, or not any more. */
        STARTING,
        READY,
        /** Told to go; may still answer what it was asked. */
        ENDING
    }
}
