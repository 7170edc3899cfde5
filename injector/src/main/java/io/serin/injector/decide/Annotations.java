// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pod's annotations, checked: what we honour holds what it may, and what would change behaviour
 * and is not supported is refused rather than ignored. docs/injection.md has the table.
 */
public final class Annotations {

    private static final String TRAFFIC = "traffic.sidecar.istio.io/";
    private static final String SIDECAR = "sidecar.istio.io/";

    public static final String INCLUDE_OUTBOUND_RANGES = TRAFFIC + "includeOutboundIPRanges";
    public static final String EXCLUDE_OUTBOUND_RANGES = TRAFFIC + "excludeOutboundIPRanges";
    public static final String INCLUDE_INBOUND_PORTS = TRAFFIC + "includeInboundPorts";
    public static final String EXCLUDE_INBOUND_PORTS = TRAFFIC + "excludeInboundPorts";
    public static final String INCLUDE_OUTBOUND_PORTS = TRAFFIC + "includeOutboundPorts";
    public static final String EXCLUDE_OUTBOUND_PORTS = TRAFFIC + "excludeOutboundPorts";
    public static final String PROXY_IMAGE = SIDECAR + "proxyImage";
    public static final String PROXY_CPU = SIDECAR + "proxyCPU";
    public static final String PROXY_CPU_LIMIT = SIDECAR + "proxyCPULimit";
    public static final String PROXY_MEMORY = SIDECAR + "proxyMemory";
    public static final String PROXY_MEMORY_LIMIT = SIDECAR + "proxyMemoryLimit";
    private static final String INTERCEPTION_MODE = SIDECAR + "interceptionMode";
    private static final String NATIVE_SIDECAR = SIDECAR + "nativeSidecar";

    private static final Pattern QUANTITY =
            Pattern.compile("[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?");
    private static final Pattern CIDR =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}(/([0-9]|[12][0-9]|3[0-2]))?");

    private interface Check {
        /** What was expected instead; empty when the value is good. */
        Optional<String> refuses(String value);
    }

    private static final Check PORTS = value -> list(value, Annotations::isPort, "ports: 80,443");
    private static final Check PORTS_OR_ALL =
            value -> value.equals("*") ? Optional.empty() : PORTS.refuses(value);
    private static final Check RANGES =
            value -> list(value, Annotations::isCidr, "IPv4 ranges: 10.0.0.0/8,192.168.1.1/32");
    private static final Check RANGES_OR_ALL =
            value -> value.equals("*") ? Optional.empty() : RANGES.refuses(value);
    private static final Check QUANTITIES =
            value ->
                    QUANTITY.matcher(value).matches()
                            ? Optional.empty()
                            : Optional.of("a quantity, as 100m or 128Mi");
    private static final Check IMAGE =
            value ->
                    value.isBlank() || value.contains(" ")
                            ? Optional.of("an image's name")
                            : Optional.empty();

    private static final Map<String, Check> CHECKS = checks();

    private static Map<String, Check> checks() {
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put(INCLUDE_OUTBOUND_RANGES, RANGES_OR_ALL);
        checks.put(EXCLUDE_OUTBOUND_RANGES, RANGES);
        checks.put(INCLUDE_INBOUND_PORTS, PORTS_OR_ALL);
        checks.put(EXCLUDE_INBOUND_PORTS, PORTS);
        checks.put(INCLUDE_OUTBOUND_PORTS, PORTS);
        checks.put(EXCLUDE_OUTBOUND_PORTS, PORTS);
        checks.put(PROXY_IMAGE, IMAGE);
        checks.put(PROXY_CPU, QUANTITIES);
        checks.put(PROXY_CPU_LIMIT, QUANTITIES);
        checks.put(PROXY_MEMORY, QUANTITIES);
        checks.put(PROXY_MEMORY_LIMIT, QUANTITIES);
        checks.put(INTERCEPTION_MODE, only("REDIRECT"));
        checks.put(NATIVE_SIDECAR, only("true"));
        for (String unsupported :
                new String[] {
                    TRAFFIC + "excludeInterfaces",
                    TRAFFIC + "kubevirtInterfaces",
                    "istio.io/reroute-virtual-interfaces",
                    SIDECAR + "bootstrapOverride",
                    SIDECAR + "userVolume",
                    SIDECAR + "userVolumeMount",
                    SIDECAR + "capNetBindService",
                    SIDECAR + "proxyImageType",
                    "status.sidecar.istio.io/port",
                    "inject.istio.io/templates",
                    "proxy.istio.io/config",
                    "proxy.istio.io/overrides",
                    "readiness.status.sidecar.istio.io/initialDelaySeconds",
                    "readiness.status.sidecar.istio.io/periodSeconds",
                    "readiness.status.sidecar.istio.io/failureThreshold",
                    "readiness.status.sidecar.istio.io/applicationPorts",
                }) {
            checks.put(unsupported, value -> Optional.of("not to be set: it is not supported"));
        }
        return checks;
    }

    private final JsonNode annotations;

    private Annotations(JsonNode annotations) {
        this.annotations = annotations;
    }

    /**
     * Checks all that are there.
     *
     * @throws Refusal naming the first that holds what it may not
     */
    public static Annotations of(JsonNode pod) {
        JsonNode annotations = pod.path("metadata").path("annotations");
        CHECKS.forEach((name, check) -> {
            JsonNode value = annotations.path(name);
            if (!value.isMissingNode()) {
                check.refuses(value.asText())
                        .ifPresent(expected -> {
                            throw Refusal.annotation(name, value.asText(), expected);
                        });
            }
        });
        return new Annotations(annotations);
    }

    public Optional<String> get(String name) {
        JsonNode value = annotations.path(name);
        return value.isMissingNode() ? Optional.empty() : Optional.of(value.asText());
    }

    private static Check only(String supported) {
        return value ->
                value.equals(supported)
                        ? Optional.empty()
                        : Optional.of(supported + "; nothing else is supported");
    }

    private interface Test {
        boolean holds(String item);
    }

    private static Optional<String> list(String value, Test test, String expected) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        for (String item : value.split(",", -1)) {
            if (!test.holds(item.strip())) {
                return Optional.of("a list of " + expected);
            }
        }
        return Optional.empty();
    }

    private static boolean isPort(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            return false;
        }
        int port = Integer.parseInt(text);
        return port >= 1 && port <= 65535;
    }

    private static boolean isCidr(String text) {
        if (!CIDR.matcher(text).matches()) {
            return false;
        }
        for (String part : text.split("/", -1)[0].split("\\.", -1)) {
            if (Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }
}
