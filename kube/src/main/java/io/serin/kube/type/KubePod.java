// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.Map;

/**
 * A pod.
 *
 * @param ip empty until it has one
 * @param workload the owner's name: of a ReplicaSet its Deployment's, of a Job its CronJob's
 * @param revision annotation {@code istio.io/rev}: the revision that injected it; empty for none
 * @param inject annotation {@code sidecar.istio.io/inject}, the deprecated twin of that label;
 *     empty for none
 * @param account its service account's name
 * @param capture the ports that its sidecar stands before, if it has one
 */
public record KubePod(
        ObjectName name,
        String uid,
        String ip,
        boolean hostNetwork,
        boolean finished,
        String workload,
        Map<String, String> labels,
        String revision,
        String inject,
        String account,
        InboundCapture capture)
        implements KubeObject {

    public KubePod {
        labels = Map.copyOf(labels);
    }
}
