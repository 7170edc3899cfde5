// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a pod asks for that this node does not do. Each is refused by name; none is passed over. */
public final class Unsupported {

    private static final Set<String> VOLUMES =
            Set.of("emptyDir", "configMap", "secret", "projected", "downwardAPI");
    private static final Set<String> PROJECTIONS =
            Set.of("serviceAccountToken", "configMap", "secret", "downwardAPI");
    private static final Set<String> SYSTEM = Set.of("RuntimeDefault", "Unconfined");
    private static final Set<String> DNS = Set.of("ClusterFirst", "Default", "None");

    private final List<String> found = new ArrayList<>();

    private Unsupported() {}

    /** One sentence for each, with its place; empty: all of it can be done. */
    public static List<String> in(JsonNode pod) {
        Unsupported unsupported = new Unsupported();
        unsupported.pod(pod.path("spec"));
        return List.copyOf(unsupported.found);
    }

    private void pod(JsonNode spec) {
        for (String flag : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
            isTrue(spec, flag, "spec");
        }
        if (spec.has("hostUsers") && !spec.path("hostUsers").asBoolean()) {
            found.add("spec.hostUsers: false");
        }
        for (String field :
                List.of(
                        "ephemeralContainers",
                        "runtimeClassName",
                        "activeDeadlineSeconds",
                        "readinessGates",
                        "schedulingGates",
                        "priorityClassName",
                        "resourceClaims")) {
            has(spec, field, "spec");
        }
        // Preferences, and how pods are spread, change nothing where there is one node.
        for (String field : List.of("nodeAffinity", "podAffinity", "podAntiAffinity")) {
            has(
                    spec.path("affinity").path(field),
                    "requiredDuringSchedulingIgnoredDuringExecution",
                    "spec.affinity." + field);
        }
        oneOf(DNS, spec.path("dnsPolicy"), "spec.dnsPolicy");
        JsonNode security = spec.path("securityContext");
        for (String field :
                List.of(
                        "sysctls",
                        "seLinuxOptions",
                        "windowsOptions",
                        "seLinuxChangePolicy",
                        "supplementalGroupsPolicy")) {
            has(security, field, "spec.securityContext");
        }
        profiles(security, "spec.securityContext");
        for (JsonNode volume : spec.path("volumes")) {
            volume(volume);
        }
        containers(spec, "initContainers");
        containers(spec, "containers");
    }

    private void volume(JsonNode volume) {
        String where = "spec.volumes[" + volume.path("name").asText() + "]";
        volume.propertyStream()
                .map(java.util.Map.Entry::getKey)
                .filter(field -> !field.equals("name") && !VOLUMES.contains(field))
                .forEach(field -> found.add(where + "." + field));
        String medium = volume.path("emptyDir").path("medium").asText();
        if (!medium.isEmpty() && !medium.equals("Memory")) {
            found.add(where + ".emptyDir.medium: " + medium);
        }
        for (JsonNode source : volume.path("projected").path("sources")) {
            source.propertyStream()
                    .map(java.util.Map.Entry::getKey)
                    .filter(field -> !PROJECTIONS.contains(field))
                    .forEach(field -> found.add(where + ".projected.sources." + field));
        }
    }

    private void containers(JsonNode spec, String list) {
        for (JsonNode container : spec.path(list)) {
            container(container, "spec." + list + "[" + container.path("name").asText() + "]");
        }
    }

    private void container(JsonNode container, String where) {
        for (String flag : List.of("tty", "stdin")) {
            isTrue(container, flag, where);
        }
        has(container, "volumeDevices", where);
        for (JsonNode port : container.path("ports")) {
            if (port.path("hostPort").asInt() != 0) {
                found.add(where + ".ports.hostPort: " + port.path("hostPort").asInt());
            }
        }
        for (JsonNode mount : container.path("volumeMounts")) {
            String propagation = mount.path("mountPropagation").asText("None");
            if (!propagation.equals("None")) {
                found.add(where + ".volumeMounts.mountPropagation: " + propagation);
            }
            if (mount.path("recursiveReadOnly").asText("Disabled").equals("Enabled")) {
                found.add(where + ".volumeMounts.recursiveReadOnly: Enabled");
            }
        }
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            if (container.path(probe).has("grpc")) {
                found.add(where + "." + probe + ".grpc (expected: httpGet, tcpSocket or exec)");
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            has(container.path("lifecycle").path(hook), "tcpSocket", where + ".lifecycle." + hook);
        }
        has(container.path("lifecycle"), "stopSignal", where + ".lifecycle");
        JsonNode security = container.path("securityContext");
        isTrue(security, "privileged", where + ".securityContext");
        for (String field : List.of("seLinuxOptions", "windowsOptions")) {
            has(security, field, where + ".securityContext");
        }
        if (!security.path("procMount").asText("Default").equals("Default")) {
            found.add(where + ".securityContext.procMount: " + security.path("procMount").asText());
        }
        profiles(security, where + ".securityContext");
    }

    private void profiles(JsonNode security, String where) {
        for (String profile : List.of("seccompProfile", "appArmorProfile")) {
            oneOf(SYSTEM, security.path(profile).path("type"), where + "." + profile + ".type");
        }
    }

    private void oneOf(Set<String> done, JsonNode held, String where) {
        if (held.isTextual() && !done.contains(held.asText())) {
            found.add(where + ": " + held.asText());
        }
    }

    private void isTrue(JsonNode object, String flag, String where) {
        if (object.path(flag).asBoolean()) {
            found.add(where + "." + flag + ": true");
        }
    }

    private void has(JsonNode object, String field, String where) {
        JsonNode held = object.path(field);
        if (!held.isMissingNode()
                && !held.isNull()
                && !(held.isContainerNode() && held.isEmpty())) {
            found.add(where + "." + field);
        }
    }
}
