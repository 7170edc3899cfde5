// SPDX-License-Identifier: Apache-2.0
package io.serin.control.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.template.TreeTemplate;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Objects by the path that an API server has them at. Whoever does more than one thing locks it.
 */
final class HeldObjects {

    static final String MWCS =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    static final String VWCS =
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    static final String SYSTEM = "/api/v1/namespaces/istio-system";
    static final String CHANNEL = SYSTEM + "/configmaps/istio-channel-rapid";

    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private long version = 100;

    synchronized void put(String path, String yaml) {
        ObjectNode object = (ObjectNode) TreeTemplate.parseYaml(yaml).getFirst();
        object.withObject("/metadata").put("name", path.substring(path.lastIndexOf('/') + 1));
        object.withObject("/metadata").put("uid", "u-" + path.hashCode());
        objects.put(path, object);
    }

    /** In place of the one that is there, as its next version. */
    synchronized void keep(String path, ObjectNode object) {
        version++;
        object.withObject("/metadata").put("resourceVersion", Long.toString(version));
        objects.put(path, object);
    }

    /** A copy; missing where there is none. */
    synchronized JsonNode get(String path) {
        ObjectNode held = objects.get(path);
        return held == null ? MissingNode.getInstance() : held.deepCopy();
    }

    synchronized boolean has(String path) {
        return objects.containsKey(path);
    }

    synchronized void remove(String path) {
        objects.remove(path);
    }

    /** All that are in a list, by path. */
    synchronized SortedMap<String, JsonNode> in(String list) {
        return those(
                path -> path.startsWith(list + "/") && path.indexOf('/', list.length() + 1) < 0);
    }

    /** All of a kind, {@code pods}, by path. */
    synchronized SortedMap<String, JsonNode> all(String kind) {
        return those(path -> path.contains("/" + kind + "/"));
    }

    private SortedMap<String, JsonNode> those(Predicate<String> wanted) {
        SortedMap<String, JsonNode> those = new TreeMap<>();
        objects.forEach((path, object) -> {
            if (wanted.test(path)) {
                those.put(path, object.deepCopy());
            }
        });
        return those;
    }
}
