// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.template.ContainerMerge;
import java.util.List;
import java.util.Optional;

/**
 * What a pod is to get: the filled in templates as one, each container in the list where it
 * belongs.
 *
 * @param tree {@code initContainers}, {@code containers}, {@code volumes}, {@code imagePullSecrets}
 */
record Additions(ObjectNode tree) {

    private static final List<String> CONTAINERS = List.of("initContainers", "containers");

    /** What the API server's admission of service accounts adds to each container. */
    private static final String TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static final String TOKEN_VOLUME = "kube-api-access-";

    /**
     * Lays them over one another, in order: what has the name of something there is laid over it.
     */
    static Additions of(List<JsonNode> rendered) {
        Additions additions = new Additions(JsonNodeFactory.instance.objectNode());
        for (JsonNode template : rendered) {
            for (String list : CONTAINERS) {
                template.path(list).forEach(container -> additions.lay(list, container));
            }
            template.path("volumes").forEach(additions::put);
        }
        return additions;
    }

    private void lay(String list, JsonNode container) {
        for (String other : CONTAINERS) {
            ArrayNode items = list(other);
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i).path("name").equals(container.path("name"))) {
                    items.set(i, ContainerMerge.lay(container, items.get(i)));
                    return;
                }
            }
        }
        list(list).add(container.deepCopy());
    }

    private void put(JsonNode volume) {
        list("volumes").removeIf(other -> other.path("name").equals(volume.path("name")));
        list("volumes").add(volume.deepCopy());
    }

    ArrayNode list(String part) {
        return tree.withArray("/" + part);
    }

    /** The container of that name, wherever it is. */
    Optional<ObjectNode> find(String name) {
        for (String list : CONTAINERS) {
            for (JsonNode container : list(list)) {
                if (container.path("name").asText().equals(name)) {
                    return Optional.of((ObjectNode) container);
                }
            }
        }
        return Optional.empty();
    }

    /** Takes the container of that name out. */
    void remove(String name) {
        CONTAINERS.forEach(
                list -> list(list).removeIf(item -> item.path("name").asText().equals(name)));
    }

    /** As the earlier run left them, where they have all that they should have. */
    void keep(PriorInjection prior) {
        for (String list : Templates.PARTS) {
            ArrayNode items = list(list);
            for (int i = 0; i < items.size(); i++) {
                items.set(i, prior.keepIfGood(list, items.get(i)));
            }
        }
    }

    /**
     * Mounts the token of the pod's service account where the API server would next: it finds
     * nothing to do then, and has no reason to show the pod again.
     */
    void mountToken(ObjectNode pod) {
        Optional<JsonNode> token =
                pod.at("/spec/containers")
                        .valueStream()
                        .flatMap(container -> container.path("volumeMounts").valueStream())
                        .filter(Additions::isToken)
                        .findFirst();
        if (token.isEmpty()) {
            return;
        }
        for (String list : CONTAINERS) {
            for (JsonNode container : list(list)) {
                ArrayNode mounts = ((ObjectNode) container).withArray("/volumeMounts");
                if (mounts.valueStream().noneMatch(mount -> isAt(mount, TOKEN_PATH))) {
                    mounts.add(token.get().deepCopy());
                }
            }
        }
    }

    private static boolean isToken(JsonNode mount) {
        return isAt(mount, TOKEN_PATH) && mount.path("name").asText().startsWith(TOKEN_VOLUME);
    }

    private static boolean isAt(JsonNode mount, String path) {
        return mount.path("mountPath").asText().equals(path);
    }

    /** Adds the Secrets that a pod does not have already, to both. */
    void addSecrets(ObjectNode pod, List<String> names) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        pod.at("/spec/imagePullSecrets").forEach(all::add);
        for (String name : names) {
            ObjectNode secret = JsonNodeFactory.instance.objectNode().put("name", name);
            if (!all.valueStream().toList().contains(secret)) {
                all.add(secret);
                list("imagePullSecrets").add(secret);
            }
        }
        if (all.isEmpty()) {
            pod.withObject("/spec").remove("imagePullSecrets");
        } else {
            pod.withObject("/spec").set("imagePullSecrets", all);
        }
    }
}
