// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.node.volume.PodVolumes;
import java.nio.file.Path;

/** What a container needs of its pod. */
interface PodPlace {

    /** The object as it is now. */
    JsonNode pod();

    String address();

    /** {@code /proc/PID/ns} of the process that holds the pod's namespaces. */
    Path namespaces();

    PodVolumes volumes();

    Path sharedMemory();

    /** Something that the status shows is different now. */
    void changed();
}
