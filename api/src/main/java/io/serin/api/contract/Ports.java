// SPDX-License-Identifier: Apache-2.0
package io.serin.api.contract;

/** The ports of sidecar and control plane, as in Istio. */
public final class Ports {

    /** Outbound traffic is redirected here. */
    public static final int OUTBOUND = 15001;

    /** Inbound traffic is redirected here. */
    public static final int INBOUND = 15006;

    /** The sidecar's admin interface, on loopback only. */
    public static final int ADMIN = 15000;

    /** The sidecar's agent interface: merged metrics, health, drain. */
    public static final int AGENT = 15020;

    /** Health for probes. */
    public static final int HEALTH = 15021;

    /** The agent answers questions for names, on loopback only. */
    public static final int DNS = 15053;

    /** The sidecar's Prometheus metrics. */
    public static final int PROMETHEUS = 15090;

    /** The control plane's readiness and debug pages. */
    public static final int CONTROL_DEBUG = 8080;

    /** xDS in plaintext. */
    public static final int XDS_PLAINTEXT = 15010;

    /** xDS over TLS, for callers with a token. */
    public static final int XDS_TLS = 15012;

    /** The control plane's metrics. */
    public static final int CONTROL_METRICS = 15014;

    /** The control plane's webhooks; the Service shows it at 443. */
    public static final int WEBHOOK = 15017;

    private Ports() {}
}
