// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;

/** Faults of the cluster, in words. */
public final class KubeFault {

    private KubeFault() {}

    /** Whether it is that nobody answered at all. */
    public static boolean isUnreachable(Throwable fault) {
        return fault instanceof KubernetesClientException known
                && known.getCode() == 0
                && known.getCause() instanceof IOException;
    }

    /** The API server's own words where there are any. */
    public static String reason(Throwable fault) {
        if (fault instanceof KubernetesClientException known && known.getStatus() != null) {
            return String.valueOf(known.getStatus().getMessage());
        }
        Throwable cause = fault.getCause();
        return cause != null && cause.getMessage() != null
                ? cause.getMessage()
                : String.valueOf(fault.getMessage());
    }
}
