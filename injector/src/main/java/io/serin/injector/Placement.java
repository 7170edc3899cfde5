// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Annotations;
import io.serin.injector.probe.ProbeRewrite;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the sidecar stands among a pod's containers, and so when it is there for them.
 *
 * <ul>
 *   <li>Native: redirect step and sidecar before all else, down after all else.
 *   <li>Otherwise: the redirect step after the pod's own init containers, since nobody would carry
 *       their traffic; the sidecar last among the containers, or first where they are held until it
 *       is ready.
 * </ul>
 *
 * @param isNative an init container that runs as long as the pod
 * @param holds whether the application waits for the sidecar; a native one it always does
 */
record Placement(boolean isNative, boolean holds) {

    private static final String POST_START = "/lifecycle/postStart";
    private static final List<String> WAIT = List.of("/opt/serin/bin/serin-proxy", "wait");

    static Placement of(Annotations annotations, InjectorValues values) {
        return new Placement(
                annotations
                        .get(Annotation.NATIVE_SIDECAR)
                        .map("true"::equals)
                        .orElse(values.nativeSidecar()),
                annotations.proxyConfig().hold().orElse(values.hold()));
    }

    /** Makes a container of the template what its place asks for, and brings it there. */
    void prepare(Additions additions, ObjectNode proxy) {
        ArrayNode inits = additions.list("initContainers");
        additions.remove(BroughtAlong.PROXY);
        if (isNative) {
            proxy.put("restartPolicy", "Always");
            inits.insert(indexAfterRedirection(inits), proxy);
            return;
        }
        proxy.remove("restartPolicy");
        if (holds && proxy.at(POST_START).isMissingNode()) {
            // What starts after it waits for its hook to end.
            WAIT.forEach(proxy.withObject(POST_START).putObject("exec").putArray("command")::add);
        }
        additions.list("containers").add(proxy);
    }

    private static int indexAfterRedirection(ArrayNode containers) {
        for (int i = 0; i < containers.size(); i++) {
            String name = containers.get(i).path("name").asText();
            if (name.equals(BroughtAlong.INIT) || name.equals(BroughtAlong.VALIDATION)) {
                return i + 1;
            }
        }
        return 0;
    }

    /** Adds all to a pod. */
    void add(Additions additions, ObjectNode pod) {
        ObjectNode spec = pod.withObject("/spec");
        ArrayNode inits = additions.list("initContainers");
        if (isNative) {
            put(spec, "initContainers", inits, spec.path("initContainers"));
        } else {
            put(spec, "initContainers", spec.path("initContainers"), inits);
        }
        put(spec, "volumes", additions.list("volumes"), spec.path("volumes"));
        List<JsonNode> first = new ArrayList<>();
        List<JsonNode> last = new ArrayList<>();
        for (JsonNode container : additions.list("containers")) {
            boolean isFirst = holds && container.path("name").asText().equals(BroughtAlong.PROXY);
            (isFirst ? first : last).add(container);
        }
        put(spec, "containers", first, spec.path("containers"), last);
    }

    @SafeVarargs
    private static void put(ObjectNode spec, String list, Iterable<JsonNode>... parts) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (Iterable<JsonNode> part : parts) {
            part.forEach(all::add);
        }
        if (all.isEmpty()) {
            spec.remove(list);
        } else {
            spec.set(list, all);
        }
    }

    /** What goes less well than with a native sidecar. */
    List<String> warnings(JsonNode pod, ProbeRewrite probes) {
        List<String> warnings = new ArrayList<>();
        if (isNative) {
            return warnings;
        }
        String restart = pod.path("spec").path("restartPolicy").asText("Always");
        if (!restart.equals("Always")) {
            warnings.add(
                    "restartPolicy is "
                            + restart
                            + ", but the sidecar is not a native one: the pod does not end by"
                            + " itself, until the application calls POST"
                            + " http://127.0.0.1:15020/quitquitquit");
        }
        if (!holds && probes.hasPostStart()) {
            warnings.add(
                    "a postStart hook is called before the sidecar is up, and fails: set"
                            + " holdApplicationUntilProxyStarts, or make the sidecar a native one");
        }
        return warnings;
    }
}
