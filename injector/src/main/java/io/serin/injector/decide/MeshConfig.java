// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Key {@code mesh} of ConfigMap {@code istio-<rev>}: Istio's MeshConfig, as far as it says
 * something of proxies.
 *
 * @param defaultConfig what holds for a proxy where its pod does not say otherwise
 */
public record MeshConfig(ProxyConfig defaultConfig) {

    /** Nothing is said. */
    public static final MeshConfig NONE = new MeshConfig(ProxyConfig.NONE);

    private static final String DEFAULTS = "defaultConfig";
    private static final String ADDRESS = "discoveryAddress";
    private static final String TRUST_DOMAIN = "trustDomain";
    private static final Set<String> FIELDS = new TreeSet<>(Set.of(DEFAULTS, TRUST_DOMAIN));

    /**
     * Reads it.
     *
     * @param revision whose it is
     * @throws TemplateFault naming what can't be, or is not known
     */
    public static MeshConfig parse(Revision revision, String text) {
        List<JsonNode> documents = TreeTemplate.parseYaml(text);
        if (documents.size() != 1 || !documents.getFirst().isObject()) {
            throw new TemplateFault("mesh: not one document with fields (expected: it is)");
        }
        JsonNode mesh = documents.getFirst();
        for (Map.Entry<String, JsonNode> field : mesh.properties()) {
            need(
                    FIELDS.contains(field.getKey()),
                    field.getKey(),
                    field.getValue(),
                    "one of " + FIELDS);
        }
        // Until there are identities, which it would be a part of.
        JsonNode domain = mesh.path(TRUST_DOMAIN);
        need(
                domain.asText("cluster.local").equals("cluster.local"),
                TRUST_DOMAIN,
                domain,
                "cluster.local");
        if (!mesh.has(DEFAULTS)) {
            return NONE;
        }
        JsonNode defaults = mesh.path(DEFAULTS);
        need(defaults.isObject(), DEFAULTS, defaults, "fields of ProxyConfig");
        String own = Objects.discovery(revision).toString();
        JsonNode address = defaults.path(ADDRESS);
        need(
                address.asText(own).equals(own),
                DEFAULTS + "." + ADDRESS,
                address,
                own + ": a pod belongs to the revision that injects it");
        ObjectNode rest = defaults.deepCopy();
        rest.remove(ADDRESS);
        try {
            return new MeshConfig(ProxyConfig.of(rest, "mesh, " + DEFAULTS));
        } catch (Refusal refused) {
            throw new TemplateFault(String.valueOf(refused.in("mesh, " + DEFAULTS).getMessage()));
        }
    }

    /**
     * Reads a {@code defaultConfig} without an address.
     *
     * @throws TemplateFault when it is not YAML
     * @throws Refusal naming what can't be, or is not known
     */
    public static ProxyConfig defaults(String text) {
        return ProxyConfig.of(ProxyConfig.fields(text), "mesh, " + DEFAULTS);
    }

    private static void need(boolean holds, String field, JsonNode held, String expected) {
        if (!holds) {
            throw new TemplateFault(
                    "mesh, " + field + ": '" + held + "' (expected: " + expected + ")");
        }
    }
}
