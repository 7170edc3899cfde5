// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Objects;
import io.serin.injector.decide.Refusal;
import io.serin.injector.template.ContainerMerge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Containers {@code istio-proxy}, {@code istio-init} and {@code istio-validation} that a pod brings
 * along: not containers of their own but wishes, laid over what the template says. Image {@code
 * auto} is the template's.
 *
 * @param containers the two lists, {@code initContainers} and {@code containers}, as they came
 */
record BroughtAlong(ObjectNode containers) {

    static final String INIT = "istio-init";

    /** In place of {@link #INIT} where the node's agent redirects. */
    static final String VALIDATION = "istio-validation";

    static final String PROXY = "istio-proxy";

    private static final List<String> NAMES = List.of(INIT, VALIDATION, PROXY);

    private static final List<String> LISTS = List.of("initContainers", "containers");

    /**
     * Takes them out of a pod.
     *
     * @throws Refusal when one is where it can't be, or asks for what can't be
     */
    static BroughtAlong takeFrom(ObjectNode pod) {
        BroughtAlong taken = new BroughtAlong(JsonNodeFactory.instance.objectNode());
        for (String list : LISTS) {
            if (pod.path("spec").path(list) instanceof ArrayNode items) {
                for (int i = 0; i < items.size(); i++) {
                    taken.look(list, i, items.get(i));
                }
                items.removeIf(item -> NAMES.contains(item.path("name").asText()));
            }
        }
        if (pod.path("spec").path("containers").isEmpty()) {
            throw new Refusal("spec.containers", PROXY, "at least one container besides " + PROXY);
        }
        return taken;
    }

    private void look(String list, int index, JsonNode container) {
        String name = container.path("name").asText();
        if (!NAMES.contains(name)) {
            return;
        }
        String where = "spec." + list + "[" + index + "]";
        if (!name.equals(PROXY) && list.equals("containers")) {
            throw new Refusal(
                    where + ".name", name, "it among the initContainers, or another name");
        }
        if (!find(name).isMissingNode()) {
            throw new Refusal(where + ".name", name, "it once, or another name");
        }
        if (name.equals(PROXY)) {
            checkProxy(where, container);
        }
        containers.withArray("/" + list).add(container);
    }

    private static void checkProxy(String where, JsonNode proxy) {
        JsonNode restart = proxy.path("restartPolicy");
        if (!restart.asText("Always").equals("Always")) {
            throw new Refusal(
                    where + ".restartPolicy",
                    restart.asText(),
                    "Always, or nothing: the pod would wait for the proxy to end");
        }
        JsonNode user = proxy.path("securityContext").path("runAsUser");
        if (user.isNumber() && user.asInt() == 0) {
            throw new Refusal(
                    where + ".securityContext.runAsUser",
                    "0",
                    "any other user: its traffic is left alone, and that of root would bypass the"
                            + " proxy");
        }
    }

    /** What the proxy will run as. */
    int proxyUser() {
        return find(PROXY).path("securityContext").path("runAsUser").asInt(Objects.PROXY_UID);
    }

    /** The environment of the proxy, where the pod's own goes first. */
    Map<String, String> over(Map<String, String> variables) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        for (JsonNode variable : find(PROXY).path("env")) {
            if (variable.path("value").isTextual()) {
                all.put(variable.path("name").asText(), variable.path("value").asText());
            }
        }
        return all;
    }

    /**
     * Lays them over the template's.
     *
     * @throws Refusal when one is there that the template has not
     */
    void layOver(Additions additions) {
        for (String list : LISTS) {
            for (JsonNode wishes : containers.path(list)) {
                String name = wishes.path("name").asText();
                ObjectNode template =
                        additions
                                .find(name)
                                .orElseThrow(() ->
                                        new Refusal(
                                                "spec." + list,
                                                name,
                                                "no container of that name: by its annotations and the"
                                                        + " templates this pod gets none to lay"
                                                        + " it over"));
                ObjectNode laid = laid(wishes.deepCopy(), template);
                template.removeAll();
                template.setAll(laid);
            }
        }
    }

    private static ObjectNode laid(ObjectNode wishes, JsonNode template) {
        if (wishes.path("image").asText("auto").equals("auto")) {
            // The API server gives every untagged image the policy Always, before anybody asks us.
            wishes.remove(List.of("image", "imagePullPolicy"));
        }
        return ContainerMerge.lay(wishes, template);
    }

    private JsonNode find(String name) {
        for (String list : LISTS) {
            for (JsonNode container : containers.path(list)) {
                if (container.path("name").asText().equals(name)) {
                    return container;
                }
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }
}
