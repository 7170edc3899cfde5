// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import java.util.List;

/**
 * The kinds that are built in; those of custom resource definitions come beside them at run time.
 */
public final class Resources {

    public static final Resource NAMESPACES = core("Namespace", "namespaces", false);
    public static final Resource NODES = core("Node", "nodes", false);
    public static final Resource PODS = core("Pod", "pods", true);
    public static final Resource SERVICES = core("Service", "services", true);
    public static final Resource CONFIG_MAPS = core("ConfigMap", "configmaps", true);
    public static final Resource SECRETS = core("Secret", "secrets", true);
    public static final Resource SERVICE_ACCOUNTS = core("ServiceAccount", "serviceaccounts", true);
    public static final Resource EVENTS = core("Event", "events", true);

    public static final Resource DEPLOYMENTS =
            new Resource("apps", "v1", "Deployment", "deployments", true);
    public static final Resource REPLICA_SETS =
            new Resource("apps", "v1", "ReplicaSet", "replicasets", true);

    public static final Resource ENDPOINT_SLICES =
            new Resource("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);
    public static final Resource LEASES =
            new Resource("coordination.k8s.io", "v1", "Lease", "leases", true);

    public static final Resource ROLES = rbac("Role", "roles", true);
    public static final Resource ROLE_BINDINGS = rbac("RoleBinding", "rolebindings", true);
    public static final Resource CLUSTER_ROLES = rbac("ClusterRole", "clusterroles", false);
    public static final Resource CLUSTER_ROLE_BINDINGS =
            rbac("ClusterRoleBinding", "clusterrolebindings", false);

    public static final Resource MUTATING_WEBHOOKS =
            new Resource(
                    "admissionregistration.k8s.io",
                    "v1",
                    "MutatingWebhookConfiguration",
                    "mutatingwebhookconfigurations",
                    false);
    public static final Resource VALIDATING_WEBHOOKS =
            new Resource(
                    "admissionregistration.k8s.io",
                    "v1",
                    "ValidatingWebhookConfiguration",
                    "validatingwebhookconfigurations",
                    false);
    public static final Resource CUSTOM_RESOURCE_DEFINITIONS =
            new Resource(
                    "apiextensions.k8s.io",
                    "v1",
                    "CustomResourceDefinition",
                    "customresourcedefinitions",
                    false);

    /** All of them. */
    public static final List<Resource> ALL =
            List.of(
                    NAMESPACES,
                    NODES,
                    PODS,
                    SERVICES,
                    CONFIG_MAPS,
                    SECRETS,
                    SERVICE_ACCOUNTS,
                    EVENTS,
                    DEPLOYMENTS,
                    REPLICA_SETS,
                    ENDPOINT_SLICES,
                    LEASES,
                    ROLES,
                    ROLE_BINDINGS,
                    CLUSTER_ROLES,
                    CLUSTER_ROLE_BINDINGS,
                    MUTATING_WEBHOOKS,
                    VALIDATING_WEBHOOKS,
                    CUSTOM_RESOURCE_DEFINITIONS);

    private Resources() {}

    private static Resource core(String kind, String plural, boolean namespaced) {
        return new Resource("", "v1", kind, plural, namespaced);
    }

    private static Resource rbac(String kind, String plural, boolean namespaced) {
        return new Resource("rbac.authorization.k8s.io", "v1", kind, plural, namespaced);
    }
}
