// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import java.util.Optional;

/**
 * Every annotation of a pod that an Istio injector looks at, and what becomes of it here. The table
 * in docs/injection.md is made from this.
 */
public enum Annotation {
    INJECT(
            "sidecar.istio.io/inject",
            Standing.HONOURED,
            "Deprecated twin of the label, which wins: true or false; else as if not there."),
    STATUS(
            "sidecar.istio.io/status",
            Standing.HONOURED,
            "Written by the injector: what it added. Read to take it out again."),
    OVERRIDES(
            "proxy.istio.io/overrides",
            Standing.HONOURED,
            "Written by the injector: the containers istio-proxy and istio-init that the pod"
                    + " brought along."),

    INCLUDE_OUTBOUND_RANGES(
            "traffic.sidecar.istio.io/includeOutboundIPRanges",
            Standing.HONOURED,
            "Destinations whose traffic goes through the sidecar; default *."),
    EXCLUDE_OUTBOUND_RANGES(
            "traffic.sidecar.istio.io/excludeOutboundIPRanges",
            Standing.HONOURED,
            "Destinations whose traffic does not."),
    INCLUDE_OUTBOUND_PORTS(
            "traffic.sidecar.istio.io/includeOutboundPorts",
            Standing.HONOURED,
            "Ports whose traffic goes through the sidecar wherever it is bound."),
    EXCLUDE_OUTBOUND_PORTS(
            "traffic.sidecar.istio.io/excludeOutboundPorts",
            Standing.HONOURED,
            "Ports whose traffic does not."),
    INCLUDE_INBOUND_PORTS(
            "traffic.sidecar.istio.io/includeInboundPorts",
            Standing.HONOURED,
            "The pod's ports that the sidecar serves; default *, nothing: none."),
    EXCLUDE_INBOUND_PORTS(
            "traffic.sidecar.istio.io/excludeInboundPorts",
            Standing.HONOURED,
            "The pod's ports that it does not; only where the included are *."),
    EXCLUDE_INTERFACES(
            "traffic.sidecar.istio.io/excludeInterfaces",
            Standing.HONOURED,
            "Network interfaces whose traffic is left alone."),
    REROUTE_INTERFACES(
            "istio.io/reroute-virtual-interfaces",
            Standing.HONOURED,
            "Interfaces of virtual machines in the pod: what comes in by them goes out through the"
                    + " sidecar, as the pod's own traffic does."),
    KUBEVIRT_INTERFACES(
            "traffic.sidecar.istio.io/kubevirtInterfaces",
            Standing.HONOURED,
            "The same, by its older name; where both are there the newer counts."),
    INTERCEPTION_MODE(
            "sidecar.istio.io/interceptionMode",
            Standing.HONOURED,
            "How traffic gets to the sidecar; NONE: nothing is redirected."),

    PROXY_IMAGE(
            "sidecar.istio.io/proxyImage", Standing.HONOURED, "Image of both injected containers."),
    PROXY_CPU(
            "sidecar.istio.io/proxyCPU",
            Standing.HONOURED,
            "CPU that they request. A configured limit below it goes."),
    PROXY_CPU_LIMIT(
            "sidecar.istio.io/proxyCPULimit",
            Standing.HONOURED,
            "Limit of their CPU; the proxy runs one worker for each. A configured request above"
                    + " it goes."),
    PROXY_MEMORY(
            "sidecar.istio.io/proxyMemory",
            Standing.HONOURED,
            "Memory that they request. A configured limit below it goes."),
    PROXY_MEMORY_LIMIT(
            "sidecar.istio.io/proxyMemoryLimit",
            Standing.HONOURED,
            "Limit of their memory. A configured request above it goes."),
    NATIVE_SIDECAR(
            "sidecar.istio.io/nativeSidecar",
            Standing.HONOURED,
            "true: an init container that runs as long as the pod; false: one of the containers."
                    + " Default: what values say."),
    READINESS_INITIAL_DELAY(
            "readiness.status.sidecar.istio.io/initialDelaySeconds",
            Standing.HONOURED,
            "Of the proxy's readiness probe; default 0."),
    READINESS_PERIOD(
            "readiness.status.sidecar.istio.io/periodSeconds",
            Standing.HONOURED,
            "Of the proxy's readiness probe; default 15."),
    READINESS_FAILURES(
            "readiness.status.sidecar.istio.io/failureThreshold",
            Standing.HONOURED,
            "Of the proxy's readiness probe; default 4."),
    STATUS_PORT("status.sidecar.istio.io/port", Standing.HONOURED, "Port of the agent."),
    TEMPLATES(
            "inject.istio.io/templates",
            Standing.HONOURED,
            "Which templates are laid over the pod."),
    CAP_NET_BIND(
            "sidecar.istio.io/capNetBindService",
            Standing.HONOURED,
            "Whether the proxy may bind ports below 1024."),
    PROXY_CONFIG(
            "proxy.istio.io/config",
            Standing.HONOURED,
            "ProxyConfig as YAML; of its fields see below."),
    MERGE_METRICS(
            "prometheus.istio.io/merge-metrics",
            Standing.HONOURED,
            "false: the pod's prometheus.io annotations stay as they are; default true."),
    REWRITE_PROBES(
            "sidecar.istio.io/rewriteAppHTTPProbers",
            Standing.HONOURED,
            "false: probes and hooks stay as they are; default true."),

    PROXY_IMAGE_TYPE(
            "sidecar.istio.io/proxyImageType", Standing.NO_EFFECT, "There is one type of image."),
    LOG_LEVEL(
            "sidecar.istio.io/logLevel",
            Standing.NO_EFFECT,
            "The level of the log is the image's."),
    COMPONENT_LOG_LEVEL("sidecar.istio.io/componentLogLevel", Standing.NO_EFFECT, "The same."),
    AGENT_LOG_LEVEL("sidecar.istio.io/agentLogLevel", Standing.NO_EFFECT, "The same."),
    STATS_PREFIXES(
            "sidecar.istio.io/statsInclusionPrefixes",
            Standing.NO_EFFECT,
            "All metrics are there; they are few."),
    STATS_SUFFIXES("sidecar.istio.io/statsInclusionSuffixes", Standing.NO_EFFECT, "The same."),
    STATS_REGEXPS("sidecar.istio.io/statsInclusionRegexps", Standing.NO_EFFECT, "The same."),
    STATS_BUCKETS(
            "sidecar.istio.io/statsHistogramBuckets", Standing.NO_EFFECT, "The buckets are fixed."),
    STATS_COMPRESSION(
            "sidecar.istio.io/statsCompression",
            Standing.NO_EFFECT,
            "The metrics page is sent as it is."),
    STATS_TAGS(
            "sidecar.istio.io/extraStatTags", Standing.NO_EFFECT, "The metrics' labels are fixed."),

    BOOTSTRAP_OVERRIDE(
            "sidecar.istio.io/bootstrapOverride",
            Standing.REFUSED,
            "A ConfigMap with Envoy's bootstrap; the proxy is no Envoy."),
    USER_VOLUME("sidecar.istio.io/userVolume", Standing.REFUSED, "Volumes of the pod."),
    USER_VOLUME_MOUNT("sidecar.istio.io/userVolumeMount", Standing.REFUSED, "Mounts of the proxy."),
    READINESS_PORTS(
            "readiness.status.sidecar.istio.io/applicationPorts",
            Standing.REFUSED,
            "Ports of the application that make the proxy ready."),
    SCRAPE_TARGETS(
            "prometheus.istio.io/scrape-targets",
            Standing.REFUSED,
            "Further pages of metrics to merge.");

    /** What becomes of an annotation that holds what it may. */
    public enum Standing {
        HONOURED,
        /** Taken with a warning: the traffic is the same with and without it. */
        NO_EFFECT,
        /** The traffic would not be what the annotation asks for, so the pod is refused. */
        REFUSED
    }

    private final String key;
    private final Standing standing;
    private final String meaning;

    Annotation(String key, Standing standing, String meaning) {
        this.key = key;
        this.standing = standing;
        this.meaning = meaning;
    }

    static Optional<Annotation> of(String key) {
        for (Annotation annotation : values()) {
            if (annotation.key.equals(key)) {
                return Optional.of(annotation);
            }
        }
        return Optional.empty();
    }

    public String key() {
        return key;
    }

    Standing standing() {
        return standing;
    }

    boolean allows(String value) {
        return rule().allows().test(value);
    }

    String expected() {
        return rule().expected();
    }

    String meaning() {
        return meaning;
    }

    /** What it may hold. */
    private ValueRule rule() {
        return switch (this) {
            case INJECT,
                    STATUS,
                    OVERRIDES,
                    PROXY_CONFIG,
                    PROXY_IMAGE_TYPE,
                    LOG_LEVEL,
                    COMPONENT_LOG_LEVEL,
                    AGENT_LOG_LEVEL,
                    STATS_PREFIXES,
                    STATS_SUFFIXES,
                    STATS_REGEXPS,
                    STATS_BUCKETS,
                    STATS_TAGS ->
                    ValueRule.ANY;
            case INCLUDE_OUTBOUND_RANGES -> ValueRule.RANGES_OR_ALL;
            case EXCLUDE_OUTBOUND_RANGES -> ValueRule.RANGES;
            case INCLUDE_OUTBOUND_PORTS, EXCLUDE_OUTBOUND_PORTS, EXCLUDE_INBOUND_PORTS ->
                    ValueRule.PORTS;
            case INCLUDE_INBOUND_PORTS -> ValueRule.PORTS_OR_ALL;
            case EXCLUDE_INTERFACES, REROUTE_INTERFACES, KUBEVIRT_INTERFACES ->
                    ValueRule.INTERFACES;
            case INTERCEPTION_MODE -> ValueRule.INTERCEPTION;
            case PROXY_IMAGE -> ValueRule.IMAGE;
            case PROXY_CPU, PROXY_CPU_LIMIT, PROXY_MEMORY, PROXY_MEMORY_LIMIT -> ValueRule.QUANTITY;
            case READINESS_INITIAL_DELAY -> ValueRule.SECONDS;
            case READINESS_PERIOD -> ValueRule.SECONDS_OF_A_PERIOD;
            case READINESS_FAILURES -> ValueRule.TIMES;
            case STATUS_PORT -> ValueRule.only("15020", "the agent's port can't be moved");
            case TEMPLATES -> ValueRule.NAMES;
            case CAP_NET_BIND -> ValueRule.only("false", "the proxy binds no port below 1024");
            case MERGE_METRICS, REWRITE_PROBES, NATIVE_SIDECAR, STATS_COMPRESSION ->
                    ValueRule.BOOLEAN;
            case BOOTSTRAP_OVERRIDE, SCRAPE_TARGETS -> ValueRule.NOTHING;
            case USER_VOLUME -> ValueRule.refused("; give the pod the volume in spec.volumes");
            case USER_VOLUME_MOUNT ->
                    ValueRule.refused(
                            "; give the pod a container istio-proxy, image auto, with the mounts");
            case READINESS_PORTS ->
                    ValueRule.refused(
                            "; the application's own readiness probe says when it is ready");
        };
    }
}
