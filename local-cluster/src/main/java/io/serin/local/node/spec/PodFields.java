// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.Meta;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The downward API: what a container may be told of its own pod. */
public final class PodFields {

    private final JsonNode pod;
    private final String podAddress;
    private final NodeFacts node;

    /**
     * @param podAddress empty while it has none
     */
    public PodFields(JsonNode pod, String podAddress, NodeFacts node) {
        this.pod = pod;
        this.podAddress = podAddress;
        this.node = node;
    }

    /**
     * The value of a {@code fieldRef}.
     *
     * @throws ConfigFailure when there is no such field
     */
    public String field(String path) {
        return switch (path) {
            case "metadata.name" -> Meta.name(pod);
            case "metadata.namespace" -> Meta.namespace(pod);
            case "metadata.uid" -> Meta.uid(pod);
            case "metadata.labels" -> formatted(Meta.labels(pod));
            case "metadata.annotations" -> formatted(annotations());
            case "spec.nodeName" -> node.name();
            case "spec.serviceAccountName" ->
                    pod.path("spec").path("serviceAccountName").asText("default");
            case "status.podIP", "status.podIPs" -> podAddress;
            case "status.hostIP", "status.hostIPs" -> node.address();
            default ->
                    subscript(path, "metadata.labels", Meta.labels(pod))
                            .or(() -> subscript(path, "metadata.annotations", annotations()))
                            .orElseThrow(() ->
                                    new ConfigFailure(
                                            "fieldPath: "
                                                    + path
                                                    + " (expected: metadata.name, .namespace, .uid,"
                                                    + " .labels['key'] or .annotations['key'],"
                                                    + " spec.nodeName or .serviceAccountName,"
                                                    + " status.podIP or .hostIP)"));
        };
    }

    private Map<String, String> annotations() {
        return Meta.strings(pod.path("metadata").path("annotations"));
    }

    private static Optional<String> subscript(
            String path, String map, Map<String, String> entries) {
        if (!path.startsWith(map + "['") || !path.endsWith("']")) {
            return Optional.empty();
        }
        String key = path.substring(map.length() + 2, path.length() - 2);
        return Optional.of(entries.getOrDefault(key, ""));
    }

    /** One {@code key="value"} a line, sorted, with the value quoted as Go does. */
    private static String formatted(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> entry.getKey() + "=\"" + escaped(entry.getValue()) + "\"")
                .collect(Collectors.joining("\n"));
    }

    private static String escaped(String value) {
        StringBuilder escaped = new StringBuilder();
        value.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '"' -> escaped.append("\\\"");
                        case '\\' -> escaped.append("\\\\");
                        case '\n' -> escaped.append("\\n");
                        case '\t' -> escaped.append("\\t");
                        case '\r' -> escaped.append("\\r");
                        default -> {
                            if (c < 0x20 || c == 0x7f) {
                                escaped.append("\\x%02x".formatted(c));
                            } else {
                                escaped.appendCodePoint(c);
                            }
                        }
                    }
                });
        return escaped.toString();
    }

    /**
     * The value of a {@code resourceFieldRef}.
     *
     * @param own the container that asks; another one where the reference names it
     */
    public String resource(JsonNode reference, String own) {
        String name = reference.path("containerName").asText(own);
        String resource = reference.path("resource").asText();
        JsonNode container =
                Containers.find(pod, name.isEmpty() ? own : name)
                        .orElseThrow(() -> new ConfigFailure("containerName: there is no " + name));
        String divisor = reference.path("divisor").asText("0");
        Amount by =
                divisor.isEmpty() || divisor.equals("0")
                        ? Amount.parse("1")
                        : Amount.parse(divisor);
        JsonNode limits = container.path("resources").path("limits");
        JsonNode requests = container.path("resources").path("requests");
        Amount amount =
                switch (resource) {
                    case "limits.cpu" ->
                            or(limits, "cpu", Amount.parse(Integer.toString(node.processors())));
                    case "limits.memory" ->
                            or(limits, "memory", Amount.parse(Long.toString(node.memory())));
                    case "requests.cpu" -> or(requests, "cpu", Amount.parse("0"));
                    case "requests.memory" -> or(requests, "memory", Amount.parse("0"));
                    default ->
                            throw new ConfigFailure(
                                    "resourceFieldRef: "
                                            + resource
                                            + " (expected: limits.cpu, limits.memory, requests.cpu"
                                            + " or requests.memory)");
                };
        return Long.toString(amount.dividedBy(by));
    }

    private static Amount or(JsonNode amounts, String name, Amount otherwise) {
        String held = amounts.path(name).asText();
        return held.isEmpty() ? otherwise : Amount.parse(held);
    }
}
