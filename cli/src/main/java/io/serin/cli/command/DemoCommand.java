// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.CliFault;
import io.serin.cli.demo.KindCluster;
import io.serin.cli.demo.Screen;
import io.serin.cli.demo.Story;
import io.serin.kube.Kube;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Tells the whole story on a cluster: a mesh, an application canary, an upgrade of the",
            "control plane and its rollback, while a client counts every request that fails."
        },
        footer = {
            "",
            "Examples:",
            "  serin demo --cluster kind",
            "  serin demo --cluster kind --pause --keep",
            "  serin demo --kubeconfig ~/.kube/config --scene 2"
        })
final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--cluster",
            paramLabel = "KIND",
            description = "kind: makes a kind cluster, and deletes it at the end.")
    private @Nullable String cluster;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Plays on this cluster, whose nodes have or can pull the images.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--name",
            defaultValue = "serin-demo",
            paramLabel = "NAME",
            description = "The kind cluster's name; default ${DEFAULT-VALUE}.")
    private String name = "";

    @Option(
            names = "--scene",
            paramLabel = "N",
            description = "Only up to this scene (1 to 5); what it needs comes before it.")
    private int last = Story.SCENES;

    @Option(names = "--pause", description = "Waits for a key between scenes.")
    private boolean pause;

    @Option(names = "--keep", description = "Leaves everything up, to play with.")
    private boolean keep;

    @Override
    public Integer call() {
        if ((cluster == null) == (kubeconfig == null)) {
            throw CliFault.usage(
                    "no cluster to play on (expected: --cluster kind or --kubeconfig FILE)",
                    "serin demo --cluster kind needs kind and Docker, and nothing else");
        }
        if (last < 1 || last > Story.SCENES) {
            throw CliFault.usage("--scene " + last + " (expected: 1 to " + Story.SCENES + ")", "");
        }
        Screen screen = new Screen(System.out, Terminal.isThere(), pause);
        if (kubeconfig != null) {
            return play(kubeconfig, screen, false);
        }
        if (!"kind".equals(cluster)) {
            throw CliFault.usage("--cluster " + cluster + " (expected: kind)", "");
        }
        try (KindCluster kind = KindCluster.create(name, keep, screen)) {
            return play(kind.kubeconfig(), screen, true);
        }
    }

    private int play(Path config, Screen screen, boolean disposable) {
        try (Kube kube = Kube.connect(Optional.of(config), Optional.empty());
                Story story = new Story(kube, screen, keep, disposable)) {
            return story.play(last);
        }
    }
}
