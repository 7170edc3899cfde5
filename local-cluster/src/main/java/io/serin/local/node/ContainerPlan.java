// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.Meta;
import io.serin.local.node.image.Image;
import io.serin.local.node.process.Command;
import io.serin.local.node.process.Identity;
import io.serin.local.node.spec.ConfigFailure;
import io.serin.local.node.spec.Expansion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a container's spec and its image together say of its process. */
final class ContainerPlan {

    private static final String PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private ContainerPlan() {}

    /**
     * @param environment of the spec
     * @throws ConfigFailure when they contradict each other, or this machine
     */
    static Command command(
            JsonNode pod,
            JsonNode container,
            Image image,
            String hostname,
            Map<String, String> environment) {
        Identity identity = identity(pod, container, image);
        Map<String, String> all = new LinkedHashMap<>();
        all.put("PATH", PATH);
        all.put("HOSTNAME", hostname);
        all.put("HOME", identity.user() == 0 ? "/root" : "/");
        all.putAll(image.environment());
        all.putAll(environment);
        List<String> words =
                new ArrayList<>(
                        container.path("command").isEmpty()
                                ? image.entrypoint()
                                : expanded(container.path("command"), environment));
        if (!container.path("args").isEmpty()) {
            words.addAll(expanded(container.path("args"), environment));
        } else if (container.path("command").isEmpty()) {
            words.addAll(image.command());
        }
        if (words.isEmpty()) {
            throw new ConfigFailure(
                    "no command specified: neither the container nor image "
                            + image.name()
                            + " says what to run");
        }
        String directory = container.path("workingDir").asText();
        return new Command(
                words, all, directory.isEmpty() ? image.workingDirectory() : directory, identity);
    }

    private static List<String> expanded(JsonNode words, Map<String, String> environment) {
        return words.valueStream()
                .map(word -> Expansion.expand(word.asText(), environment))
                .toList();
    }

    private static Identity identity(JsonNode pod, JsonNode container, Image image) {
        JsonNode ofPod = pod.path("spec").path("securityContext");
        JsonNode own = container.path("securityContext");
        String[] ofImage = image.user().orElse("0:0").split(":", 2);
        JsonNode asked = either(own, ofPod, "runAsUser");
        int user = asked.isInt() ? asked.asInt() : number(image, ofImage[0]);
        JsonNode askedGroup = either(own, ofPod, "runAsGroup");
        int group =
                askedGroup.isInt()
                        ? askedGroup.asInt()
                        : ofImage.length > 1 && !asked.isInt() ? number(image, ofImage[1]) : 0;
        if (either(own, ofPod, "runAsNonRoot").asBoolean() && user == 0) {
            throw new ConfigFailure(
                    (asked.isInt()
                                    ? "container's runAsUser breaks non-root policy"
                                    : "container has runAsNonRoot and image will run as root")
                            + " (pod: \"%s_%s(%s)\", container: %s)"
                                    .formatted(
                                            Meta.name(pod),
                                            Meta.namespace(pod),
                                            Meta.uid(pod),
                                            container.path("name").asText()));
        }
        isMapped("uid", user);
        isMapped("gid", group);
        Set<Integer> groups = new TreeSet<>();
        ofPod.path("supplementalGroups").forEach(held -> groups.add(held.asInt()));
        if (ofPod.path("fsGroup").isInt()) {
            groups.add(ofPod.path("fsGroup").asInt());
        }
        groups.forEach(held -> isMapped("gid", held));
        JsonNode capabilities = own.path("capabilities");
        return new Identity(
                user,
                group,
                groups,
                Identity.capabilities(
                        texts(capabilities.path("add")), texts(capabilities.path("drop"))),
                own.path("allowPrivilegeEscalation").asBoolean(true));
    }

    private static JsonNode either(JsonNode own, JsonNode ofPod, String field) {
        return own.hasNonNull(field) ? own.path(field) : ofPod.path(field);
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    private static int number(Image image, String user) {
        if (user.equals("root")) {
            return 0;
        }
        try {
            return Integer.parseInt(user);
        } catch (NumberFormatException name) {
            throw new ConfigFailure(
                    "image %s: USER %s (expected: a number)".formatted(image.name(), user));
        }
    }

    /** In a user namespace only some numbers exist. */
    private static void isMapped(String kind, int number) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/" + kind + "_map"))) {
                String[] parts = line.strip().split("\\s+", 3);
                long first = Long.parseLong(parts[0]);
                if (number >= first && number < first + Long.parseLong(parts[2])) {
                    return;
                }
            }
        } catch (IOException noUserNamespaces) {
            return;
        }
        throw new ConfigFailure(
                "%s %d does not exist in this user namespace: give its user a range in /etc/sub%s, or run as root"
                        .formatted(kind, number, kind));
    }
}
