// SPDX-License-Identifier: Apache-2.0
package io.serin.local.dns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Meta;
import io.serin.local.api.Slices;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * All names of the cluster at one moment, in lower case and without the last dot: Kubernetes'
 * DNS-based service discovery, for IPv4. Immutable.
 */
final class Zone {

    static final String DOMAIN = "cluster.local";

    private static final String SERVICES = "svc." + DOMAIN;

    /** What is known of a name. */
    record Srv(int port, String target) {}

    private final Map<String, List<String>> addresses = new HashMap<>();
    private final Map<String, List<Srv>> services = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    // Names that are there only because there are names below them.
    private final Set<String> parents = new HashSet<>(Set.of(DOMAIN, SERVICES));

    private Zone() {}

    static Zone of(Collection<ObjectNode> services, Collection<ObjectNode> slices) {
        Zone zone = new Zone();
        Map<String, List<ObjectNode>> byService = Slices.byService(slices);
        for (ObjectNode service : services) {
            zone.add(
                    service,
                    byService.getOrDefault(
                            Meta.namespace(service) + "/" + Meta.name(service), List.of()));
        }
        return zone;
    }

    private void add(ObjectNode service, List<ObjectNode> slices) {
        String name = Meta.name(service) + "." + Meta.namespace(service) + "." + SERVICES;
        JsonNode spec = service.path("spec");
        if (spec.path("type").asText().equals("ExternalName")) {
            aliases.put(name, spec.path("externalName").asText().toLowerCase(Locale.ROOT));
            addParents(name);
        } else if (spec.path("clusterIP").asText().equals("None")) {
            addHeadless(name, slices);
        } else if (!spec.path("clusterIP").asText().isEmpty()) {
            address(name, spec.path("clusterIP").asText());
            for (JsonNode port : spec.path("ports")) {
                srv(name, port, port.path("port").asInt(), name);
            }
        }
    }

    private void addHeadless(String name, List<ObjectNode> slices) {
        for (ObjectNode slice : slices) {
            for (JsonNode endpoint : slice.path("endpoints")) {
                if (!endpoint.path("conditions").path("ready").asBoolean(true)) {
                    continue;
                }
                String address = endpoint.path("addresses").path(0).asText();
                String host = endpoint.path("hostname").asText(address.replace('.', '-'));
                String own = host.toLowerCase(Locale.ROOT) + "." + name;
                address(name, address);
                address(own, address);
                for (JsonNode port : slice.path("ports")) {
                    srv(name, port, port.path("port").asInt(), own);
                }
            }
        }
    }

    private void address(String name, String address) {
        List<String> held = addresses.computeIfAbsent(name, _ -> new ArrayList<>());
        if (!held.contains(address)) {
            held.add(address);
        }
        addParents(name);
    }

    private void srv(String service, JsonNode port, int number, String target) {
        String portName = port.path("name").asText();
        Srv srv = new Srv(number, target);
        services.computeIfAbsent(service, _ -> new ArrayList<>()).add(srv);
        if (!portName.isEmpty()) {
            String name =
                    "_%s._%s.%s"
                            .formatted(
                                    portName,
                                    port.path("protocol").asText("TCP").toLowerCase(Locale.ROOT),
                                    service);
            services.computeIfAbsent(name, _ -> new ArrayList<>()).add(srv);
            addParents(name);
        }
    }

    private void addParents(String name) {
        for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
            if (!parents.add(name.substring(dot + 1))) {
                return;
            }
        }
    }

    List<String> addresses(String name) {
        return addresses.getOrDefault(name, List.of());
    }

    List<Srv> services(String name) {
        return services.getOrDefault(name, List.of());
    }

    /** Where an ExternalName Service points to, or empty. */
    String alias(String name) {
        return aliases.getOrDefault(name, "");
    }

    /** Whether there is anything of that name, be it of another type. */
    boolean exists(String name) {
        return addresses.containsKey(name)
                || services.containsKey(name)
                || aliases.containsKey(name)
                || parents.contains(name);
    }
}
