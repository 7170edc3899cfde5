// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

/** What is listed, and where. */
public enum Source {
    VERSION("the API server's version", "/version"),
    NODES("nodes", "/api/v1/nodes"),
    NAMESPACES("namespaces", "/api/v1/namespaces"),
    PODS("pods", "/api/v1/pods"),
    SERVICES("services", "/api/v1/services"),
    CONFIG_MAPS("config maps of istio-system", "/api/v1/namespaces/istio-system/configmaps"),
    ROOT_CERTIFICATES(
            "config maps istio-ca-root-cert of all namespaces",
            "/api/v1/configmaps?fieldSelector=metadata.name%3Distio-ca-root-cert"),
    DEPLOYMENTS("deployments", "/apis/apps/v1/deployments"),
    DAEMON_SETS("daemon sets of istio-system", "/apis/apps/v1/namespaces/istio-system/daemonsets"),
    STATEFUL_SETS("stateful sets", "/apis/apps/v1/statefulsets"),
    ENDPOINT_SLICES("endpoint slices", "/apis/discovery.k8s.io/v1/endpointslices"),
    PEER_AUTHENTICATIONS("peer authentications", "/apis/security.istio.io/v1/peerauthentications"),
    AUTHORIZATION_POLICIES(
            "authorization policies", "/apis/security.istio.io/v1/authorizationpolicies"),
    LEASES("leases of istio-system", "/apis/coordination.k8s.io/v1/namespaces/istio-system/leases"),
    BUDGETS("pod disruption budgets", "/apis/policy/v1/poddisruptionbudgets"),
    MUTATING(
            "mutating webhooks",
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"),
    VALIDATING(
            "validating webhooks",
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"),
    ROUTE_DEFINITION(
            "the definition of HTTPRoute",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
                    + "httproutes.gateway.networking.k8s.io");

    private final String plural;
    private final String path;

    Source(String plural, String path) {
        this.plural = plural;
        this.path = path;
    }

    /** For people. */
    String plural() {
        return plural;
    }

    String path() {
        return path;
    }
}
