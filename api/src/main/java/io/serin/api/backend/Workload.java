// SPDX-License-Identifier: Apache-2.0
package io.serin.api.backend;

/**
 * What runs at an address, as telemetry tells it. Unknown parts hold {@link #UNKNOWN}.
 *
 * @param name the Deployment's name or that of another owner
 * @param app the canonical service: label {@code service.istio.io/canonical-name}, else {@code
 *     app.kubernetes.io/name}, {@code app}, the workload's name
 * @param version the canonical revision: label {@code service.istio.io/canonical-revision}, else
 *     {@code app.kubernetes.io/version}, {@code version}, {@code latest}
 */
public record Workload(String namespace, String name, String app, String version) {

    /** What Istio's metrics hold where a value is not known. */
    public static final String UNKNOWN = "unknown";

    public static final Workload NOT_KNOWN = new Workload(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
}
