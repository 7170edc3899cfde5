// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import io.serin.local.api.WatchEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * ClusterIPs and node ports: given as a Service is written, free again when it has gone. One lock
 * over both books.
 */
public final class ServiceAddresses {

    private static final String NONE = "None";
    // 10.96.0.0/16. As in Kubernetes, the first part is left to those who ask for an address.
    private static final String PREFIX = "10.96.";
    private static final int FIRST_ADDRESS = 256;
    private static final int LAST_ADDRESS = 65_534;
    private static final int FIRST_PORT = 30_000;
    private static final int LAST_PORT = 32_767;

    // What was given to a Service that never came to be: refused later on, or a dry run.
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Map<String, Instant> expected = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();
    private final Map<Integer, String> ports = new HashMap<>();
    private int nextAddress = FIRST_ADDRESS;
    private int nextPort = FIRST_PORT + 1000;

    public ServiceAddresses(InstantSource clock) {
        this.clock = clock;
    }

    /** Frees what a deleted Service had, and keeps what is found in use. */
    public void follow(ClusterApi api) {
        var _ = api.watch(Resources.SERVICES, this::saw);
    }

    private synchronized void saw(WatchEvent event) {
        String owner = owner(event.object());
        expected.remove(owner);
        if (event.type() == WatchEvent.Type.DELETED) {
            free(owner);
        } else {
            keep(event.object(), owner);
        }
    }

    private void free(String owner) {
        addresses.values().removeIf(owner::equals);
        ports.values().removeIf(owner::equals);
    }

    private void forget() {
        Instant limit = clock.instant().minus(FORGOTTEN_AFTER);
        expected.entrySet()
                .removeIf(entry -> {
                    boolean forgotten = entry.getValue().isBefore(limit);
                    if (forgotten) {
                        free(entry.getKey());
                    }
                    return forgotten;
                });
    }

    /**
     * Gives a Service all addresses and ports that its type has. Again changes nothing.
     *
     * @param before what is stored now
     * @throws ApiFault 422 when an address or port is asked for that is taken or out of range
     */
    public synchronized void assign(ObjectNode service, Optional<ObjectNode> before) {
        ObjectNode spec = service.withObject("/spec");
        String type = spec.path("type").asText("ClusterIP");
        String owner = owner(service);
        forget();
        if (before.isEmpty()) {
            expected.put(owner, clock.instant());
        }
        if (type.equals("ExternalName")) {
            spec.remove("clusterIP");
            spec.remove("clusterIPs");
            return;
        }
        before.ifPresent(held -> inherit(spec, held.path("spec"), type));
        String address = address(service, spec.path("clusterIP").asText(), owner);
        spec.put("clusterIP", address);
        spec.putArray("clusterIPs").add(address);
        put(spec, "ipFamilyPolicy", "SingleStack");
        if (!spec.has("ipFamilies")) {
            spec.putArray("ipFamilies").add("IPv4");
        }
        put(spec, "internalTrafficPolicy", "Cluster");
        put(spec, "sessionAffinity", NONE);
        boolean outside = type.equals("NodePort") || type.equals("LoadBalancer");
        if (outside) {
            put(spec, "externalTrafficPolicy", "Cluster");
        }
        for (JsonNode port : spec.path("ports")) {
            nodePort(service, (ObjectNode) port, outside, owner);
        }
    }

    private static void put(ObjectNode spec, String field, String value) {
        if (!spec.hasNonNull(field)) {
            spec.put(field, value);
        }
    }

    /** Whoever replaces a Service without naming its address keeps it. */
    private static void inherit(ObjectNode spec, JsonNode held, String type) {
        if (spec.path("clusterIP").asText().isEmpty() && held.path("clusterIP").isTextual()) {
            spec.set("clusterIP", held.path("clusterIP"));
        }
        if (!type.equals("NodePort") && !type.equals("LoadBalancer")) {
            spec.remove("externalTrafficPolicy");
            return;
        }
        for (JsonNode port : spec.path("ports")) {
            if (port.path("nodePort").asInt(0) > 0) {
                continue;
            }
            for (JsonNode old : held.path("ports")) {
                if (old.path("port").equals(port.path("port"))
                        && old.path("nodePort").asInt(0) > 0) {
                    ((ObjectNode) port).set("nodePort", old.path("nodePort"));
                }
            }
        }
    }

    private String address(JsonNode service, String asked, String owner) {
        if (asked.equals(NONE)) {
            return NONE;
        }
        if (!asked.isEmpty()) {
            if (!asked.matches("10\\.96\\.[0-9]{1,3}\\.[0-9]{1,3}")) {
                throw invalid(
                        service,
                        "spec.clusterIPs",
                        "failed to allocate IP "
                                + asked
                                + ": the provided IP ("
                                + asked
                                + ") is not in the valid range. The range of valid IPs is 10.96.0.0/16");
            }
            String holder = addresses.putIfAbsent(asked, owner);
            if (holder != null && !holder.equals(owner)) {
                throw invalid(
                        service,
                        "spec.clusterIPs",
                        "failed to allocate IP " + asked + ": provided IP is already allocated");
            }
            return asked;
        }
        for (int tried = 0; tried <= LAST_ADDRESS - FIRST_ADDRESS; tried++) {
            int number = nextAddress;
            nextAddress = number == LAST_ADDRESS ? FIRST_ADDRESS : number + 1;
            String address = PREFIX + number / 256 + "." + number % 256;
            if (addresses.putIfAbsent(address, owner) == null) {
                return address;
            }
        }
        throw invalid(service, "spec.clusterIPs", "failed to allocate an IP: range is full");
    }

    private void nodePort(JsonNode service, ObjectNode port, boolean outside, String owner) {
        int asked = port.path("nodePort").asInt(0);
        if (!outside) {
            port.remove("nodePort");
            return;
        }
        if (asked > 0) {
            if (asked < FIRST_PORT || asked > LAST_PORT) {
                throw invalid(
                        service,
                        "spec.ports[0].nodePort",
                        "Invalid value: "
                                + asked
                                + ": provided port is not in the valid range. The range of valid ports"
                                + " is 30000-32767");
            }
            String holder = ports.putIfAbsent(asked, owner);
            if (holder != null && !holder.equals(owner)) {
                throw invalid(
                        service,
                        "spec.ports[0].nodePort",
                        "Invalid value: " + asked + ": provided port is already allocated");
            }
            return;
        }
        for (int tried = FIRST_PORT; tried <= LAST_PORT; tried++) {
            int number = nextPort;
            nextPort = number == LAST_PORT ? FIRST_PORT : number + 1;
            if (ports.putIfAbsent(number, owner) == null) {
                port.put("nodePort", number);
                return;
            }
        }
        throw invalid(
                service, "spec.ports[0].nodePort", "failed to allocate a nodePort: range is full");
    }

    private void keep(JsonNode service, String owner) {
        String address = service.path("spec").path("clusterIP").asText();
        if (!address.isEmpty() && !address.equals(NONE)) {
            addresses.put(address, owner);
        }
        for (JsonNode port : service.path("spec").path("ports")) {
            if (port.path("nodePort").asInt(0) > 0) {
                ports.put(port.path("nodePort").asInt(), owner);
            }
        }
    }

    private static String owner(JsonNode service) {
        return Meta.namespace(service) + "/" + Meta.name(service);
    }

    private static ApiFault invalid(JsonNode service, String field, String message) {
        ApiFault fault =
                ApiFault.of(
                        422,
                        "Invalid",
                        "Service \""
                                + Meta.name(service)
                                + "\" is invalid: "
                                + field
                                + ": "
                                + message);
        ObjectNode details = fault.status().putObject("details");
        details.put("name", Meta.name(service));
        details.put("kind", "Service");
        ArrayNode causes = details.putArray("causes");
        ObjectNode cause = causes.addObject();
        cause.put("reason", "FieldValueInvalid");
        cause.put("message", message);
        cause.put("field", field);
        return fault;
    }
}
