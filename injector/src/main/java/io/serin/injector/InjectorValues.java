// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.serin.injector.template.TemplateFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Key {@code values} of the injector's ConfigMap: what an installation sets.
 *
 * @param image the proxy's image
 * @param imagePullPolicy default {@code IfNotPresent}
 * @param imagePullSecrets names of Secrets that a pod needs for that image; default none
 * @param resources the proxy's, as in a container
 * @param seccompProfile of the injected containers, as in a security context; null for none
 * @param nativeSidecar whether the sidecar is a native one; {@code auto} means that it is, since
 *     every Kubernetes that the mesh works on knows them
 * @param hold whether the application waits for a sidecar that is not a native one: {@code
 *     holdApplicationUntilProxyStarts}, default false
 * @param cni whether the node's agent redirects the pod's traffic, so that the pod needs no right
 *     to do it; default false
 */
public record InjectorValues(
        String image,
        String imagePullPolicy,
        List<String> imagePullSecrets,
        JsonNode resources,
        JsonNode seccompProfile,
        boolean nativeSidecar,
        boolean hold,
        boolean cni) {

    private static final Set<String> FIELDS =
            new TreeSet<>(
                    Set.of(
                            "image",
                            "imagePullPolicy",
                            "imagePullSecrets",
                            "resources",
                            "seccompProfile",
                            "nativeSidecar",
                            "holdApplicationUntilProxyStarts",
                            "cni"));

    public InjectorValues {
        imagePullSecrets = List.copyOf(imagePullSecrets);
    }

    /**
     * Reads them.
     *
     * @throws TemplateFault naming the first that is missing, can't be, or is not known
     */
    static InjectorValues parse(JsonNode values) {
        values.fieldNames()
                .forEachRemaining(name ->
                        check(FIELDS.contains(name), name, values.path(name), "one of " + FIELDS));
        return new InjectorValues(
                need(values, "image", JsonNode::isTextual, "an image").asText(),
                values.path("imagePullPolicy").asText("IfNotPresent"),
                secrets(values.path("imagePullSecrets")),
                need(values, "resources", JsonNode::isObject, "as in a container"),
                seccompProfile(values),
                !word(values, "nativeSidecar", "auto", "true", "false").equals("false"),
                truth(values, "holdApplicationUntilProxyStarts"),
                truth(values, "cni"));
    }

    /** One of these words, the first where nothing is said; a truth is a word as well. */
    private static String word(JsonNode values, String field, String... words) {
        List<String> all = List.of(words);
        String text = values.path(field).asText(words[0]);
        check(
                all.contains(text),
                field,
                values.path(field),
                String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.getLast());
        return text;
    }

    private static List<String> secrets(JsonNode list) {
        List<String> names = new ArrayList<>();
        check(
                list.isMissingNode() || list.isArray(),
                "imagePullSecrets",
                list,
                "a list of Secrets' names");
        for (JsonNode name : list) {
            check(name.isTextual(), "imagePullSecrets", name, "names of Secrets");
            names.add(name.asText());
        }
        return names;
    }

    private static JsonNode seccompProfile(JsonNode values) {
        return values.has("seccompProfile")
                ? need(
                        values,
                        "seccompProfile",
                        profile -> profile.path("type").isTextual(),
                        "as in a security context, e.g. {\"type\": \"RuntimeDefault\"}")
                : NullNode.instance;
    }

    private static boolean truth(JsonNode values, String field) {
        return values.has(field)
                && need(values, field, JsonNode::isBoolean, "true or false").asBoolean();
    }

    private static JsonNode need(
            JsonNode values, String field, Predicate<JsonNode> good, String expected) {
        JsonNode value = values.path(field);
        check(good.test(value), field, value, expected);
        return value;
    }

    private static void check(boolean holds, String field, JsonNode held, String expected) {
        if (!holds) {
            throw new TemplateFault(
                    "values, " + field + ": '" + held + "' (expected: " + expected + ")");
        }
    }
}
