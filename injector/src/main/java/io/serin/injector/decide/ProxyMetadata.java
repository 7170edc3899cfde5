// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Field {@code proxyMetadata} of Istio's ProxyConfig: environment of the proxy. A name that means
 * nothing to Istio is its owner's matter; what Istio's proxy does by its name, and ours does not,
 * is refused where traffic would be another by it, and said to have no effect else.
 *
 * @param variables in the order given
 * @param idle those of them that Istio reads and nothing here does
 */
record ProxyMetadata(Map<String, String> variables, List<String> idle) {

    /** What the injector sets itself, and what the proxy is what it is by. */
    private static final Set<String> OWN =
            Set.of(
                    "CA_ADDR",
                    "HOST_IP",
                    "INSTANCE_IP",
                    "ISTIO_CPU_LIMIT",
                    "ISTIO_KUBE_APP_PROBERS",
                    "ISTIO_META_INTERCEPTION_MODE",
                    "ISTIO_PROMETHEUS_ANNOTATIONS",
                    "PILOT_CERT_PROVIDER",
                    "POD_NAME",
                    "POD_NAMESPACE",
                    "PROXY_CONFIG",
                    "REVISION",
                    "SERVICE_ACCOUNT",
                    "TERMINATION_GRACE_PERIOD_SECONDS",
                    "TRUST_DOMAIN");

    /** Switches for what the proxy does not do. */
    private static final Set<String> UNSUPPORTED =
            Set.of(
                    "ISTIO_META_DNS_AUTO_ALLOCATE",
                    "INVALID_DROP",
                    "IPTABLES_TRACE_LOGGING",
                    "ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR",
                    "ISTIO_OUTBOUND_OWNER_GROUPS",
                    "ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE");

    /** What becomes a part of Envoy's node by its name. */
    private static final List<String> OF_THE_NODE = List.of("ISTIO_META_", "ISTIO_METAJSON_");

    /** Those of them that are read here. */
    private static final Set<String> READ =
            Set.of(ProxyConfig.DNS_CAPTURE, "ISTIO_META_WORKLOAD_NAME");

    /** What Istio's agent does in its own way: the options of pilot-agent. */
    private static final Set<String> OF_THE_AGENT =
            Set.of(
                    "BOOTSTRAP_XDS_AGENT",
                    "CA_PROVIDER",
                    "CA_ROOT_CA",
                    "CREDENTIAL_FETCHER_TYPE",
                    "CREDENTIAL_IDENTITY_PROVIDER",
                    "DISABLE_ENVOY",
                    "DNS_FORWARD_PARALLEL",
                    "DNS_PROXY_ADDR",
                    "ECC_CURVE",
                    "ECC_SIGNATURE_ALGORITHM",
                    "ENVOY_PROMETHEUS_PORT",
                    "ENVOY_SKIP_DEPRECATED_LOGS",
                    "ENVOY_STATUS_PORT",
                    "EXIT_ON_ZERO_ACTIVE_CONNECTIONS",
                    "FILE_DEBOUNCE_DURATION",
                    "FILE_MOUNTED_CERTS",
                    "GRPC_XDS_BOOTSTRAP",
                    "ISTIOD_SAN",
                    "ISTIO_BOOTSTRAP",
                    "ISTIO_BOOTSTRAP_OVERRIDE",
                    "ISTIO_DELTA_XDS",
                    "ISTIO_DUAL_STACK",
                    "JWT_POLICY",
                    "MINIMUM_DRAIN_DURATION",
                    "OUTPUT_CERTS",
                    "PEER_METADATA_DISCOVERY",
                    "PKCS8_KEY",
                    "PROV_CERT",
                    "PROXY_CONFIG_XDS_AGENT",
                    "PROXY_XDS_DEBUG_VIA_AGENT",
                    "PROXY_XDS_VIA_AGENT",
                    "SECRET_GRACE_PERIOD_RATIO",
                    "SECRET_GRACE_PERIOD_RATIO_JITTER",
                    "SECRET_TTL",
                    "WASM_HTTP_REQUEST_MAX_RETRIES",
                    "WASM_HTTP_REQUEST_TIMEOUT",
                    "WASM_INSECURE_REGISTRIES",
                    "WASM_MODULE_EXPIRY",
                    "WASM_PURGE_INTERVAL",
                    "WORKLOAD_IDENTITY_SOCKET_FILE",
                    "WORKLOAD_RSA_KEY_SIZE",
                    "XDS_AUTH_PROVIDER",
                    "XDS_ROOT_CA");

    private static final String PLACE = ".proxyMetadata";
    private static final Set<String> SWITCH = Set.of("true", "false");

    /**
     * Reads it.
     *
     * @throws Refusal whose place is within the fields of the ProxyConfig
     */
    static ProxyMetadata of(JsonNode entries) {
        if (!entries.isObject()) {
            throw new Refusal(PLACE, entries.toString(), "names and values");
        }
        Map<String, String> variables = new LinkedHashMap<>();
        List<String> idle = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            String name = entry.getKey();
            check(name, entry.getValue());
            variables.put(name, entry.getValue().asText());
            if (isIdle(name)) {
                idle.add(name);
            }
        }
        return new ProxyMetadata(variables, idle);
    }

    private static void check(String name, JsonNode held) {
        String place = PLACE + "." + name;
        String value = held.asText();
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new Refusal(place, value, "a name that a variable may have");
        }
        if (!held.isValueNode()) {
            throw new Refusal(place, held.toString(), "text");
        }
        if (OWN.contains(name)) {
            throw new Refusal(place, value, "not to be set: the injector sets it");
        }
        if (name.equals(ProxyConfig.DNS_CAPTURE) && !SWITCH.contains(value)) {
            throw new Refusal(place, value, "true or false");
        }
        if (UNSUPPORTED.contains(name) && !Set.of("", "false").contains(value)) {
            throw new Refusal(place, value, "not to be set: it is not supported");
        }
    }

    /** What is off by its own words is as it should be. */
    private static boolean isIdle(String name) {
        return !READ.contains(name)
                && !UNSUPPORTED.contains(name)
                && (OF_THE_AGENT.contains(name) || OF_THE_NODE.stream().anyMatch(name::startsWith));
    }
}
