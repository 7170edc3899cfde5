// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.client.InstallValue;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who redirects the traffic of pods that may not do it themselves: on each node, or pods wait. */
final class NodeAgents {

    static final Check READY =
            Check.of(
                    "node-agent-ready",
                    "every node has the agent that pods without rights need",
                    NodeAgents::ready,
                    Source.NODES,
                    Source.DEPLOYMENTS,
                    Source.CONFIG_MAPS,
                    Source.DAEMON_SETS);

    private NodeAgents() {}

    private static Finding ready(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        int complete = 0;
        int nodes = linuxNodes(mesh);
        for (Revision revision : mesh.revisions()) {
            Optional<Item> agent = mesh.daemonSet(Objects.nodeAgent(revision));
            Optional<Flaw> flaw =
                    agent.isPresent() ? flaw(revision, agent.get(), nodes) : absent(mesh, revision);
            flaw.ifPresent(flaws::add);
            complete += agent.isPresent() && flaw.isEmpty() ? 1 : 0;
        }
        return Finding.problem(
                flaws,
                "new pods wait on some nodes, for nobody redirects their traffic",
                complete == 0
                        ? "pods redirect their traffic themselves"
                        : "revisions whose agents are ready on every node: all " + complete);
    }

    private static int linuxNodes(Mesh mesh) {
        return (int)
                mesh.items(Source.NODES).stream()
                        .filter(node ->
                                node.status()
                                        .at("/nodeInfo/operatingSystem")
                                        .asText()
                                        .equals("linux"))
                        .count();
    }

    /** One that can't be read is another check's. */
    private static boolean isWanted(Mesh mesh, Revision revision) {
        String values =
                mesh.configMap(Objects.injector(revision))
                        .map(config -> config.data().getOrDefault("values", ""))
                        .orElse("");
        try {
            return !values.isEmpty()
                    && TreeTemplate.parseYaml(values).getFirst().path("cni").asBoolean();
        } catch (TemplateFault broken) {
            return false;
        }
    }

    private static Optional<Flaw> absent(Mesh mesh, Revision revision) {
        return isWanted(mesh, revision)
                ? Optional.of(
                        new Flaw(
                                "revision "
                                        + revision
                                        + " has "
                                        + InstallValue.CNI_ENABLED.key()
                                        + ", and there is no daemonset "
                                        + Objects.nodeAgent(revision),
                                Remedy.install(
                                        mesh,
                                        revision.value(),
                                        InstallValue.CNI_ENABLED.key() + "=true")))
                : Optional.empty();
    }

    /** Also where it is not wanted any more: pods that were injected for it may start anew. */
    private static Optional<Flaw> flaw(Revision revision, Item agent, int nodes) {
        // Fewer where somebody keeps it from some.
        int wanted = Math.max(nodes, agent.status().path("desiredNumberScheduled").asInt());
        int ready = agent.status().path("numberReady").asInt();
        return ready >= wanted
                ? Optional.empty()
                : Optional.of(
                        new Flaw(
                                "daemonset "
                                        + agent.name()
                                        + " is ready on "
                                        + ready
                                        + " of "
                                        + wanted
                                        + " nodes",
                                "kubectl get pods -n "
                                        + agent.namespace()
                                        + " -l "
                                        + Labels.APP
                                        + "="
                                        + Labels.APP_NODE_AGENT
                                        + ",istio.io/rev="
                                        + revision
                                        + " -o wide"));
    }
}
