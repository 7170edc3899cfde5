// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether the sidecar can live with what the pod has already: names, users, ports, images. */
public final class Neighbours {

    private static final Set<Integer> PORTS_IN_USE =
            Set.of(
                    Ports.ADMIN,
                    Ports.OUTBOUND,
                    Ports.INBOUND,
                    Ports.AGENT,
                    Ports.HEALTH,
                    Ports.PROMETHEUS);

    private Neighbours() {}

    /**
     * Checks them.
     *
     * @param pod without any injected container
     * @param additions what is to be added: {@code initContainers}, {@code containers}, {@code
     *     volumes}
     * @param proxyUser what the proxy runs as
     * @param dnsCapture whether it answers questions for names
     * @return warnings
     * @throws Refusal naming the first that it can't live with
     */
    public static List<String> check(
            JsonNode pod, JsonNode additions, int proxyUser, boolean dnsCapture) {
        JsonNode spec = pod.path("spec");
        checkNames(spec, "volumes", additions.path("volumes"));
        for (String list : new String[] {"initContainers", "containers"}) {
            checkNames(spec, list, additions.path("initContainers"));
            checkNames(spec, list, additions.path("containers"));
            JsonNode containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                String where = "spec." + list + "[" + i + "]";
                checkImage(where, containers.get(i));
                checkIdentity(where, containers.get(i), spec, "runAsUser", "user", proxyUser);
                checkIdentity(where, containers.get(i), spec, "runAsGroup", "group", proxyUser);
            }
        }
        return portWarnings(spec, dnsCapture);
    }

    /** Whether a text is a port. */
    public static boolean isPort(String text) {
        return ValueRule.isPort(text);
    }

    /** Whether it is a port that the sidecar listens at. */
    public static boolean isTheSidecars(int port, boolean dnsCapture) {
        return PORTS_IN_USE.contains(port) || dnsCapture && port == Ports.DNS;
    }

    private static void checkNames(JsonNode spec, String list, JsonNode additions) {
        JsonNode items = spec.path(list);
        for (int i = 0; i < items.size(); i++) {
            String name = items.get(i).path("name").asText();
            for (JsonNode addition : additions) {
                if (addition.path("name").asText().equals(name)) {
                    throw new Refusal(
                            "spec." + list + "[" + i + "].name",
                            name,
                            "another name: what the injector adds has this one");
                }
            }
        }
    }

    private static void checkImage(String where, JsonNode container) {
        if (container.path("image").asText().equals("auto")) {
            throw new Refusal(
                    where + ".image",
                    "auto",
                    "an image; auto is for a container istio-proxy that the pod brings along");
        }
    }

    private static void checkIdentity(
            String where, JsonNode container, JsonNode spec, String field, String what, int proxy) {
        JsonNode own = container.path("securityContext").path(field);
        JsonNode effective = own.isNumber() ? own : spec.path("securityContext").path(field);
        if (effective.isNumber() && effective.asLong() == proxy) {
            throw new Refusal(
                    (own.isNumber() ? where : "spec") + ".securityContext." + field,
                    effective.asText(),
                    "another "
                            + what
                            + ": traffic of "
                            + what
                            + " "
                            + proxy
                            + " is taken for the proxy's own, and would bypass it");
        }
    }

    private static List<String> portWarnings(JsonNode spec, boolean dnsCapture) {
        List<String> warnings = new ArrayList<>();
        for (JsonNode container : spec.path("containers")) {
            for (JsonNode port : container.path("ports")) {
                int number = port.path("containerPort").asInt();
                if (isTheSidecars(number, dnsCapture)) {
                    warnings.add(
                            "container "
                                    + container.path("name").asText()
                                    + ": port "
                                    + number
                                    + " is the sidecar's; only one of them can listen on it");
                }
            }
        }
        return warnings;
    }
}
