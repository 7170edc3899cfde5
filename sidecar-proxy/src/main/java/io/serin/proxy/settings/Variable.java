// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import io.serin.api.name.SpiffeId;
import java.util.Optional;

/**
 * The variables that the proxy reads, under the names that Istio's injector gives them. What else
 * an injector sets is for others, or for a later version, and is not looked at.
 */
public enum Variable {

    /** The pod's name. */
    POD_NAME,

    /** The pod's namespace. */
    POD_NAMESPACE,

    /** The pod's address: what the control plane finds the workload by. */
    INSTANCE_IP,

    /** The pod's service account: with its namespace, who the proxy is. */
    SERVICE_ACCOUNT("default"),

    /** Who vouches for identities. */
    TRUST_DOMAIN(SpiffeId.DEFAULT_TRUST_DOMAIN),

    /** The node's address: the kubelet calls from there, so it may ask for a drain. */
    HOST_IP(""),

    /** The revision of the control plane that this proxy belongs to. */
    REVISION("default"),

    /**
     * Istio's ProxyConfig as JSON; {@code discoveryAddress} is read, {@code host:port}, and {@code
     * controlPlaneAuthPolicy}: {@code MUTUAL_TLS}, which it is where nothing is said, or {@code
     * NONE}.
     */
    PROXY_CONFIG,

    /** The name of the Deployment, or of another owner; for telemetry. */
    ISTIO_META_WORKLOAD_NAME(""),

    /** How many CPUs the proxy may use: one worker for each. */
    ISTIO_CPU_LIMIT("2"),

    /** The pod's grace period; the proxy ends a second before it. */
    TERMINATION_GRACE_PERIOD_SECONDS("30"),

    /** The application's probes and hooks that the injector moved to the agent; JSON, by path. */
    ISTIO_KUBE_APP_PROBERS(""),

    /** Whether the agent answers the application's questions for names. */
    ISTIO_META_DNS_CAPTURE("false"),

    /** The application's page of metrics, for the agent's to hold it as well; JSON. */
    ISTIO_PROMETHEUS_ANNOTATIONS("");

    private final Optional<String> otherwise;

    /** Has to be set. */
    Variable() {
        otherwise = Optional.empty();
    }

    Variable(String otherwise) {
        this.otherwise = Optional.of(otherwise);
    }

    /** What it is where it is not set; empty where it has to be. */
    public Optional<String> otherwise() {
        return otherwise;
    }
}
