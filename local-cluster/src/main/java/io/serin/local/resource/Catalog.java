// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The kinds that are served: the built-in ones and those of custom resource definitions. Any thread
 * may ask and define.
 */
public final class Catalog {

    private static final List<Kind> BUILT_IN = builtIn();

    private final Map<String, List<Kind>> custom = new ConcurrentSkipListMap<>();

    /** All of them, in the order of discovery: of a group the preferred version first. */
    public List<Kind> kinds() {
        List<Kind> all = new ArrayList<>(BUILT_IN);
        custom.values().forEach(all::addAll);
        return all;
    }

    public Optional<Kind> find(String group, String version, String plural) {
        for (Kind kind : kinds()) {
            Resource resource = kind.resource();
            if (resource.plural().equals(plural)
                    && resource.group().equals(group)
                    && resource.version().equals(version)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** The kind of a resource that the caller knows to be there. */
    public Kind of(Resource resource) {
        return find(resource.group(), resource.version(), resource.plural())
                .orElseThrow(() ->
                        Faults.notFoundPath(
                                "/apis/" + resource.apiVersion() + "/" + resource.plural()));
    }

    /** Group to its versions, the preferred one first. The core group is among them. */
    public Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new TreeMap<>();
        for (Kind kind : kinds()) {
            List<String> versions =
                    groups.computeIfAbsent(kind.resource().group(), absent -> new ArrayList<>());
            if (!versions.contains(kind.resource().version())) {
                versions.add(kind.resource().version());
            }
        }
        return groups;
    }

    /** Serves what a custom resource definition says from now on. */
    public void define(ObjectNode definition) {
        custom.put(definition.path("metadata").path("name").asText(), CustomKinds.of(definition));
    }

    public void forget(String definition) {
        custom.remove(definition);
    }

    private static List<Kind> builtIn() {
        Set<String> spec = Set.of("status");
        Set<String> none = Set.of();
        return List.of(
                kind(Resources.NAMESPACES, spec, false, List.of("ns"), List.of()),
                kind(Resources.NODES, spec, false, List.of("no"), List.of()),
                kind(Resources.PODS, spec, true, List.of("po"), List.of("all")),
                kind(Resources.SERVICES, spec, false, List.of("svc"), List.of("all")),
                kind(Resources.CONFIG_MAPS, none, false, List.of("cm"), List.of()),
                kind(Resources.SECRETS, none, false, List.of(), List.of()),
                kind(Resources.SERVICE_ACCOUNTS, none, false, List.of("sa"), List.of()),
                kind(Resources.EVENTS, none, false, List.of("ev"), List.of()),
                kind(
                        Resources.DEPLOYMENTS,
                        Set.of("status", "scale"),
                        true,
                        List.of("deploy"),
                        List.of("all")),
                kind(
                        Resources.REPLICA_SETS,
                        Set.of("status", "scale"),
                        true,
                        List.of("rs"),
                        List.of("all")),
                kind(Resources.ENDPOINT_SLICES, none, true, List.of(), List.of()),
                kind(Resources.LEASES, none, false, List.of(), List.of()),
                kind(Resources.ROLES, none, false, List.of(), List.of()),
                kind(Resources.ROLE_BINDINGS, none, false, List.of(), List.of()),
                kind(Resources.CLUSTER_ROLES, none, false, List.of(), List.of()),
                kind(Resources.CLUSTER_ROLE_BINDINGS, none, false, List.of(), List.of()),
                kind(Resources.MUTATING_WEBHOOKS, none, true, List.of(), List.of("api-extensions")),
                kind(
                        Resources.VALIDATING_WEBHOOKS,
                        none,
                        true,
                        List.of(),
                        List.of("api-extensions")),
                kind(
                        Resources.CUSTOM_RESOURCE_DEFINITIONS,
                        spec,
                        true,
                        List.of("crd", "crds"),
                        List.of("api-extensions")));
    }

    private static Kind kind(
            Resource resource,
            Set<String> subresources,
            boolean generation,
            List<String> shortNames,
            List<String> categories) {
        return new Kind(
                resource,
                resource.kind().toLowerCase(Locale.ROOT),
                shortNames,
                categories,
                subresources,
                generation,
                Shapes.of(resource.kind()),
                Optional.empty());
    }
}
