// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.Meta;
import io.serin.local.node.spec.NodeFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /etc/resolv.conf}, {@code /etc/hosts} and {@code /etc/hostname} of a pod. */
final class NameFiles {

    private static final int LONGEST_HOSTNAME = 63;

    private NameFiles() {}

    static String hostname(JsonNode pod) {
        String asked = pod.path("spec").path("hostname").asText();
        String name = asked.isEmpty() ? Meta.name(pod) : asked;
        if (name.length() <= LONGEST_HOSTNAME) {
            return name;
        }
        return name.substring(0, LONGEST_HOSTNAME).replaceAll("[-.]+$", "");
    }

    static Map<String, String> of(JsonNode pod, String address, NodeFacts node) throws IOException {
        return Map.of(
                "hostname", hostname(pod) + "\n",
                "hosts", hosts(pod, address),
                "resolv.conf", resolver(pod, node));
    }

    private static String hosts(JsonNode pod, String address) {
        StringBuilder hosts =
                new StringBuilder(
                        """
                        # Kubernetes-managed hosts file.
                        127.0.0.1\tlocalhost
                        ::1\tlocalhost ip6-localhost ip6-loopback
                        fe00::0\tip6-localnet
                        fe00::1\tip6-allnodes
                        fe00::2\tip6-allrouters
                        """);
        String hostname = hostname(pod);
        String subdomain = pod.path("spec").path("subdomain").asText();
        String full =
                subdomain.isEmpty()
                        ? ""
                        : "%s.%s.%s.svc.cluster.local\t"
                                .formatted(hostname, subdomain, Meta.namespace(pod));
        hosts.append(address).append('\t').append(full).append(hostname).append('\n');
        for (JsonNode alias : pod.path("spec").path("hostAliases")) {
            hosts.append(alias.path("ip").asText());
            alias.path("hostnames").forEach(name -> hosts.append('\t').append(name.asText()));
            hosts.append('\n');
        }
        return hosts.toString();
    }

    private static String resolver(JsonNode pod, NodeFacts node) throws IOException {
        Set<String> servers = new LinkedHashSet<>();
        Set<String> searches = new LinkedHashSet<>();
        List<String> options = new ArrayList<>();
        switch (pod.path("spec").path("dnsPolicy").asText("ClusterFirst")) {
            case "None" -> {}
            case "Default" -> {
                for (String line : Files.readAllLines(Path.of("/etc/resolv.conf"))) {
                    String[] words = line.strip().split("\\s+", -1);
                    List<String> rest = List.of(words).subList(1, words.length);
                    switch (words[0]) {
                        case "nameserver" -> servers.addAll(rest);
                        case "search" -> searches.addAll(rest);
                        case "options" -> options.addAll(rest);
                        default -> {}
                    }
                }
            }
            default -> {
                servers.add(node.dnsAddress());
                searches.add(Meta.namespace(pod) + ".svc.cluster.local");
                searches.add("svc.cluster.local");
                searches.add("cluster.local");
                options.add("ndots:5");
            }
        }
        JsonNode config = pod.path("spec").path("dnsConfig");
        config.path("nameservers").forEach(server -> servers.add(server.asText()));
        config.path("searches").forEach(search -> searches.add(search.asText()));
        for (JsonNode option : config.path("options")) {
            String name = option.path("name").asText();
            options.removeIf(held -> held.equals(name) || held.startsWith(name + ":"));
            options.add(
                    option.hasNonNull("value") ? name + ":" + option.path("value").asText() : name);
        }
        StringBuilder text = new StringBuilder();
        if (!searches.isEmpty()) {
            text.append("search ").append(String.join(" ", searches)).append('\n');
        }
        servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }
}
