// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.NODES;
import static io.serin.cli.check.Source.ROUTE_DEFINITION;
import static io.serin.cli.check.Source.VERSION;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.cli.check.Finding.Fine;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.cli.check.Finding.Skipped;
import io.serin.kube.read.ApiReader.Deed;
import io.serin.kube.read.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has to be there before anything is installed. */
final class Preconditions {

    /** The check without which nothing else can be asked. */
    static final String API_REACHABLE = "api-reachable";

    private static final Release OLDEST_KUBERNETES = new Release(1, 29);

    /** GAMMA, routes that are bound to Services, is standard from here on. */
    private static final Release OLDEST_GATEWAY_API = new Release(1, 1);

    private static final String INSTALL_GATEWAY_API =
            "kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/"
                    + "releases/download/v1.6.1/standard-install.yaml";

    static final Group GROUP =
            new Group(
                    "preconditions",
                    Optional.of(API_REACHABLE),
                    List.of(
                            Check.of(
                                    API_REACHABLE,
                                    "the API server answers",
                                    Preconditions::reachable),
                            Check.of(
                                    "api-version",
                                    "the API server is new enough",
                                    Preconditions::version,
                                    VERSION),
                            Check.of(
                                    "may-read",
                                    "you may read what is checked here",
                                    Preconditions::mayRead),
                            Check.of(
                                    "may-install",
                                    "you may install a revision",
                                    Preconditions::mayInstall),
                            Check.of(
                                    "gateway-api-there",
                                    "HTTPRoute is defined",
                                    Preconditions::routes,
                                    ROUTE_DEFINITION),
                            Check.of(
                                    "gateway-api-version",
                                    "the Gateway API is new enough",
                                    Preconditions::routesVersion,
                                    ROUTE_DEFINITION),
                            Check.of(
                                    "nodes-ready",
                                    "there is a node to run on",
                                    Preconditions::nodesReady,
                                    NODES),
                            Check.of(
                                    "nodes-linux",
                                    "all nodes run Linux",
                                    Preconditions::nodesLinux,
                                    NODES),
                            Check.of(
                                    "nodes-native-sidecars",
                                    "all nodes know native sidecars",
                                    Preconditions::nodesNativeSidecars,
                                    NODES)));

    private Preconditions() {}

    private static Finding reachable(Mesh mesh) {
        return switch (mesh.facts().list(VERSION)) {
            case Reading.Read<List<JsonNode>> _ -> new Fine("the API server answers");
            case Reading.Unread<List<JsonNode>>(String why) ->
                    new Problem(
                            "the API server does not answer",
                            List.of(
                                    new Flaw(
                                            why,
                                            "see whether kubectl can: kubectl version; else give"
                                                    + " --kubeconfig FILE")));
        };
    }

    private static Finding version(Mesh mesh) {
        String name =
                mesh.items(VERSION).stream()
                        .map(version -> version.json().path("gitVersion").asText(""))
                        .findFirst()
                        .orElse("");
        List<Flaw> flaws = new ArrayList<>();
        if (Release.of(name).map(release -> release.isBefore(OLDEST_KUBERNETES)).orElse(true)) {
            flaws.add(
                    new Flaw(
                            "it is '" + name + "' (expected: " + OLDEST_KUBERNETES + " or later)",
                            "upgrade the cluster; older ones have no native sidecars"));
        }
        return Finding.problem(flaws, "the API server is too old", "the API server is " + name);
    }

    private static Finding mayRead(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Source source : Source.values()) {
            if (mesh.facts().list(source) instanceof Reading.Unread<?>(String why)) {
                flaws.add(
                        new Flaw(
                                source.plural() + ": " + why,
                                "ask an administrator for: get, list of " + source.plural()));
            }
        }
        return Finding.warning(
                flaws,
                "some objects can't be read, and what needs them is skipped",
                "all that is checked here can be read");
    }

    private static Finding mayInstall(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        List<Map.Entry<Deed, Reading<Boolean>>> permissions =
                mesh.facts().permissions().entrySet().stream()
                        .sorted(Comparator.comparing(permission -> permission.getKey().toString()))
                        .toList();
        for (Map.Entry<Deed, Reading<Boolean>> permission : permissions) {
            switch (permission.getValue()) {
                case Reading.Unread<Boolean>(String why) -> {
                    return new Skipped("permissions can't be asked for: " + why);
                }
                case Reading.Read<Boolean>(Boolean allowed) -> {
                    if (!allowed) {
                        flaws.add(
                                new Flaw(
                                        "you may not " + permission.getKey(),
                                        "install as an administrator of the cluster"));
                    }
                }
            }
        }
        return Finding.warning(
                flaws,
                "something that serin install applies would be refused to you",
                "you may install a revision");
    }

    private static Finding routes(Mesh mesh) {
        return mesh.items(ROUTE_DEFINITION).isEmpty()
                ? new Problem(
                        "the Gateway API is not there: no route can be written",
                        List.of(
                                new Flaw(
                                        "no CustomResourceDefinition"
                                                + " httproutes.gateway.networking.k8s.io",
                                        INSTALL_GATEWAY_API)))
                : new Fine("HTTPRoute is defined");
    }

    private static Finding routesVersion(Mesh mesh) {
        if (mesh.items(ROUTE_DEFINITION).isEmpty()) {
            return new Skipped("HTTPRoute is not defined");
        }
        Item definition = mesh.items(ROUTE_DEFINITION).getFirst();
        boolean served = false;
        for (JsonNode version : definition.spec().path("versions")) {
            served |=
                    version.path("name").asText().equals("v1")
                            && version.path("served").asBoolean(false);
        }
        String bundle =
                definition
                        .annotations()
                        .getOrDefault("gateway.networking.k8s.io/bundle-version", "");
        List<Flaw> flaws = new ArrayList<>();
        if (!served) {
            flaws.add(new Flaw("HTTPRoute is not served as v1", INSTALL_GATEWAY_API));
        } else if (Release.of(bundle)
                .map(release -> release.isBefore(OLDEST_GATEWAY_API))
                .orElse(true)) {
            flaws.add(
                    new Flaw(
                            "its bundle is '"
                                    + bundle
                                    + "' (expected: "
                                    + OLDEST_GATEWAY_API
                                    + " or later)",
                            INSTALL_GATEWAY_API));
        }
        return served
                ? Finding.warning(
                        flaws,
                        "the Gateway API is old: routes may not be bound to Services in it",
                        "the Gateway API is " + bundle)
                : Finding.problem(
                        flaws, "the Gateway API is too old", "the Gateway API is " + bundle);
    }

    private static Finding nodesReady(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        int usable = 0;
        for (Item node : mesh.items(NODES)) {
            if (!isReady(node)) {
                flaws.add(
                        new Flaw(
                                "node " + node.name() + " is not ready",
                                "kubectl describe node " + node.name()));
            } else if (!node.spec().path("unschedulable").asBoolean(false)) {
                usable++;
            }
        }
        if (usable == 0) {
            flaws.add(
                    new Flaw(
                            "no node is ready and takes pods",
                            "kubectl get nodes; kubectl uncordon NODE"));
            return new Problem("there is no node to run on", flaws);
        }
        return Finding.warning(
                flaws, "some nodes are not ready", "nodes that are ready and take pods: " + usable);
    }

    private static boolean isReady(Item node) {
        for (JsonNode condition : node.status().path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static Finding nodesLinux(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item node : mesh.items(NODES)) {
            String system = node.status().at("/nodeInfo/operatingSystem").asText("");
            if (!system.isEmpty() && !system.equals("linux")) {
                flaws.add(
                        new Flaw(
                                "node " + node.name() + " runs " + system,
                                "keep meshed pods off it: nodeSelector kubernetes.io/os: linux"));
            }
        }
        return Finding.warning(
                flaws, "some nodes can't redirect traffic to a sidecar", "all nodes run Linux");
    }

    private static Finding nodesNativeSidecars(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item node : mesh.items(NODES)) {
            String version = node.status().at("/nodeInfo/kubeletVersion").asText("");
            if (Release.of(version)
                    .map(release -> release.isBefore(OLDEST_KUBERNETES))
                    .orElse(false)) {
                flaws.add(
                        new Flaw(
                                "node " + node.name() + " runs kubelet " + version,
                                "upgrade it to "
                                        + OLDEST_KUBERNETES
                                        + " or later; until then: kubectl cordon "
                                        + node.name()));
            }
        }
        return Finding.problem(
                flaws,
                "on some nodes pods with a sidecar would not start",
                "all nodes know native sidecars");
    }
}
