// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import io.serin.local.api.Resource;
import java.util.List;
import java.util.Optional;

/**
 * The kinds that Kubernetes has and that are left out here on purpose. They are listed in
 * discovery, so that who uses one is told by name that it is not done here.
 */
public final class NotServed {

    public static final List<Resource> KINDS =
            List.of(
                    kind("apps", "v1", "StatefulSet", "statefulsets", true),
                    kind("apps", "v1", "DaemonSet", "daemonsets", true),
                    kind("batch", "v1", "Job", "jobs", true),
                    kind("batch", "v1", "CronJob", "cronjobs", true),
                    kind(
                            "autoscaling",
                            "v2",
                            "HorizontalPodAutoscaler",
                            "horizontalpodautoscalers",
                            true),
                    kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true),
                    kind("networking.k8s.io", "v1", "Ingress", "ingresses", true),
                    kind("networking.k8s.io", "v1", "IngressClass", "ingressclasses", false),
                    kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true),
                    kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true),
                    kind("", "v1", "PersistentVolume", "persistentvolumes", false),
                    kind("", "v1", "ReplicationController", "replicationcontrollers", true),
                    kind("", "v1", "ResourceQuota", "resourcequotas", true),
                    kind("", "v1", "LimitRange", "limitranges", true),
                    kind("", "v1", "PodTemplate", "podtemplates", true),
                    kind("", "v1", "Endpoints", "endpoints", true),
                    kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", false),
                    kind("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false),
                    kind("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", false),
                    kind(
                            "certificates.k8s.io",
                            "v1",
                            "CertificateSigningRequest",
                            "certificatesigningrequests",
                            false),
                    kind(
                            "admissionregistration.k8s.io",
                            "v1",
                            "ValidatingAdmissionPolicy",
                            "validatingadmissionpolicies",
                            false),
                    kind(
                            "admissionregistration.k8s.io",
                            "v1",
                            "ValidatingAdmissionPolicyBinding",
                            "validatingadmissionpolicybindings",
                            false));

    private NotServed() {}

    /** What to say when it is asked for; empty when Kubernetes has no such thing either. */
    public static Optional<String> message(String group, String plural) {
        return KINDS.stream()
                .filter(kind -> kind.group().equals(group) && kind.plural().equals(plural))
                .findFirst()
                .map(kind -> "local-cluster does not do " + plural(kind) + "; use --cluster kind");
    }

    private static String plural(Resource kind) {
        String name = kind.kind();
        if (kind.plural().endsWith("ies")) {
            return name.substring(0, name.length() - 1) + "ies";
        }
        return kind.plural().length() == name.length()
                ? name
                : name + kind.plural().substring(name.length());
    }

    private static Resource kind(
            String group, String version, String kind, String plural, boolean namespaced) {
        return new Resource(group, version, kind, plural, namespaced);
    }
}
