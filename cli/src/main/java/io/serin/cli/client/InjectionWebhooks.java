// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.kube.read.ClusterReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The injection webhooks of a cluster, those of tags included, and whom they match: what a pod made
 * now would get. Pure.
 */
final class InjectionWebhooks {

    static final String API_VERSION = "admissionregistration.k8s.io/v1";
    static final String KIND = "MutatingWebhookConfiguration";

    private final List<JsonNode> configurations;
    private final List<Hook> hooks = new ArrayList<>();

    /**
     * One webhook.
     *
     * @param revision whose control plane is called
     * @param tag whose configuration it is in; empty for the revision's own
     * @param isTrusted whether the API server knows by what authority to trust whom it calls
     */
    record Hook(
            String configuration,
            String webhook,
            String revision,
            String tag,
            boolean isTrusted,
            Selector namespaces,
            Selector pods) {

        /** Why it does not match; empty when it does. */
        Optional<String> unmet(Map<String, String> namespace, Map<String, String> pod) {
            return namespaces
                    .unmet(namespace)
                    .map(why -> "namespace: " + why)
                    .or(() -> pods.unmet(pod).map(why -> "pod: " + why));
        }
    }

    private InjectionWebhooks(List<JsonNode> configurations) {
        this.configurations = List.copyOf(configurations);
        for (JsonNode configuration : configurations) {
            for (JsonNode webhook : configuration.path("webhooks")) {
                hooks.add(
                        new Hook(
                                name(configuration),
                                webhook.path("name").asText(),
                                revision(configuration),
                                tag(configuration),
                                isTrusted(webhook.path("clientConfig")),
                                Selector.of(webhook.path("namespaceSelector")),
                                Selector.of(webhook.path("objectSelector"))));
            }
        }
    }

    static InjectionWebhooks of(List<JsonNode> configurations) {
        return new InjectionWebhooks(configurations);
    }

    /** Reads them. Blocks. */
    static InjectionWebhooks read(ClusterReader reader) {
        return of(reader.objects(API_VERSION, KIND, "", Map.of(Labels.APP, Labels.APP_INJECTOR)));
    }

    private static String name(JsonNode configuration) {
        return configuration.path("metadata").path("name").asText();
    }

    static String revision(JsonNode configuration) {
        return configuration.path("metadata").path("labels").path(Labels.REVISION).asText("");
    }

    private static String tag(JsonNode configuration) {
        return configuration.path("metadata").path("labels").path(Labels.TAG).asText("");
    }

    private static boolean isTrusted(JsonNode called) {
        // One with an address may be trusted by what the API server's system trusts.
        return called.has("url") || !called.path("caBundle").asText("").isEmpty();
    }

    List<Hook> hooks() {
        return hooks;
    }

    /** Those that would be called for a pod with these labels, in a namespace with those. */
    List<Hook> matching(Map<String, String> namespace, Map<String, String> pod) {
        return hooks.stream().filter(hook -> hook.unmet(namespace, pod).isEmpty()).toList();
    }

    /** Whose sidecar a pod would get; empty for none. */
    Optional<String> injector(Map<String, String> namespace, Map<String, String> pod) {
        return matching(namespace, pod).stream().map(Hook::revision).findFirst();
    }

    /** The revisions that have webhooks of their own. */
    SortedSet<String> revisions() {
        SortedSet<String> revisions = new TreeSet<>();
        for (JsonNode configuration : configurations) {
            if (tag(configuration).isEmpty()) {
                revisions.add(revision(configuration));
            }
        }
        return revisions;
    }

    /** The tags, each with the revision that it points to. */
    SortedMap<String, String> tags() {
        SortedMap<String, String> tags = new TreeMap<>();
        for (JsonNode configuration : configurations) {
            if (!tag(configuration).isEmpty()) {
                tags.put(tag(configuration), revision(configuration));
            }
        }
        return tags;
    }

    /** The revision that a label's value means: of a tag where it points to, else itself. */
    String resolve(String name) {
        return tags().getOrDefault(name, name);
    }

    /** The revision's own configuration. */
    Optional<JsonNode> ofRevision(String revision) {
        return configurations.stream()
                .filter(it -> tag(it).isEmpty() && revision(it).equals(revision))
                .findFirst();
    }

    /** The tag's configuration. */
    Optional<JsonNode> ofTag(String tag) {
        return configurations.stream().filter(it -> tag(it).equals(tag)).findFirst();
    }

    /** As it would be with this configuration in place of the one of that name. */
    InjectionWebhooks with(JsonNode configuration) {
        List<JsonNode> next = new ArrayList<>(without(configuration).configurations);
        next.add(configuration);
        return of(next);
    }

    /** As it would be without the configuration of that name. */
    InjectionWebhooks without(JsonNode configuration) {
        return of(
                configurations.stream()
                        .filter(it -> !name(it).equals(name(configuration)))
                        .toList());
    }
}
