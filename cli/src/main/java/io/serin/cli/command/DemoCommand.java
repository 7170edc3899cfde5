// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.CliFault;
import io.serin.cli.demo.DemoCluster;
import io.serin.cli.demo.EnterKey;
import io.serin.cli.demo.KindCluster;
import io.serin.cli.demo.LocalDemoCluster;
import io.serin.cli.demo.Narrator;
import io.serin.cli.demo.PodWatch;
import io.serin.cli.demo.Screen;
import io.serin.cli.demo.Story;
import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.Said;
import io.serin.cli.page.DemoPage;
import io.serin.cli.page.PageFault;
import io.serin.kube.Kube;
import io.serin.kube.KubeAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Tells the whole story on a cluster, while a client counts every request that fails.",
            "A mesh, an application canary, an upgrade of the control plane and its rollback. A page on",
            "this machine shows it as a picture: http://localhost:8787"
        },
        footer = {
            "",
            "Examples:",
            "  serin demo",
            "  serin demo --cluster kind --pause --keep",
            "  serin demo --kubeconfig ~/.kube/config --scene 2"
        })
final class DemoCommand implements Callable<Integer>, Connected {

    @Option(
            names = "--cluster",
            paramLabel = "KIND",
            description = {
                "local, the default: a small cluster of its own on this machine, without Docker.",
                "kind: makes a kind cluster, and deletes it at the end."
            })
    private @Nullable String cluster;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = {
                "Plays on this cluster, whose nodes have or can pull the images. Namespaces shop and",
                "visitors, and revisions 1-0 and 1-1, are made and deleted at the end; where there are",
                "such that no demo made, it refuses."
            })
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

    @Option(names = "--pause", description = "Waits for Enter between scenes.")
    private boolean pause;

    @Option(
            names = "--keep",
            description = {
                "Leaves everything up, to play with; the page follows until Ctrl-C, with which a local",
                "cluster ends."
            })
    private boolean keep;

    @Option(names = "--no-browser-page", description = "Does without the live page.")
    private boolean noPage;

    @Option(
            names = "--page-port",
            defaultValue = "8787",
            paramLabel = "PORT",
            description =
                    "Where the live page is, on this machine's loopback; 0 for any free port; default"
                            + " ${DEFAULT-VALUE}.")
    private int pagePort;

    private Optional<KubeAddress> address = Optional.empty();

    @Override
    public Integer call() {
        if (cluster != null && kubeconfig != null) {
            throw CliFault.usage(
                    "two clusters to play on (expected: --cluster or --kubeconfig)", "");
        }
        if (last < 1 || last > Story.SCENES) {
            throw CliFault.usage("--scene " + last + " (expected: 1 to " + Story.SCENES + ")", "");
        }
        if (pagePort < 0 || pagePort > 65_535) {
            throw CliFault.usage("--page-port " + pagePort + " (expected: 0 to 65535)", "");
        }
        String kind = Optional.ofNullable(cluster).orElse("local");
        if (!List.of("local", "kind").contains(kind)) {
            throw CliFault.usage("--cluster " + kind + " (expected: local or kind)", "");
        }
        Screen screen =
                new Screen(
                        System.out,
                        Terminal.isThere(),
                        Terminal.isThere() && System.getenv("NO_COLOR") == null);
        Optional<DemoPage> page = noPage ? Optional.empty() : openPage(screen);
        try {
            List<Consumer<DemoEvent>> listeners = new ArrayList<>();
            listeners.add(screen);
            page.ifPresent(listeners::add);
            return play(kind, new Narrator(listeners), page);
        } finally {
            page.ifPresent(DemoPage::close);
        }
    }

    /** The demo goes on without it. */
    private Optional<DemoPage> openPage(Screen screen) {
        try {
            DemoPage page = DemoPage.open(pagePort);
            screen.accept(new Said("watch it in a browser: " + page.address()));
            return Optional.of(page);
        } catch (PageFault fault) {
            screen.accept(new Said("no live page: " + fault.getMessage()));
            return Optional.empty();
        }
    }

    private int play(String kind, Narrator narrator, Optional<DemoPage> page) {
        if (kubeconfig != null) {
            return play(kubeconfig, narrator, page, false);
        }
        try (DemoCluster made =
                kind.equals("local")
                        ? LocalDemoCluster.create(keep, narrator)
                        : KindCluster.create(name, keep, narrator)) {
            return play(made, narrator, page);
        }
    }

    private int play(DemoCluster made, Narrator narrator, Optional<DemoPage> page) {
        try {
            return play(made.kubeconfig(), narrator, page, true);
        } catch (CliFault fault) {
            throw made.shortage()
                    .map(lack -> CliFault.failed(fault.getMessage() + "\n  " + lack, fault.next()))
                    .orElse(fault);
        }
    }

    private int play(Path config, Narrator narrator, Optional<DemoPage> page, boolean disposable) {
        Optional<EnterKey> enter = pause ? Optional.of(new EnterKey(System.in)) : Optional.empty();
        try (Kube kube = Kube.connect(Optional.of(config), Optional.empty());
                Story story = new Story(kube, narrator, enter, keep, disposable);
                PodWatch pods = new PodWatch(kube, narrator)) {
            address = Optional.of(kube.address());
            // Only the page shows them.
            page.ifPresent(_ -> pods.start());
            int exitCode = story.play(last);
            if (keep && page.isPresent() && Terminal.isThere()) {
                narrator.say("play with it: export KUBECONFIG=" + config.toAbsolutePath());
                narrator.say(page.get().address() + " follows until Ctrl-C");
                untilCtrlC();
            }
            return exitCode;
        }
    }

    @Override
    public Optional<KubeAddress> address() {
        return address;
    }

    private static void untilCtrlC() {
        try {
            Thread.currentThread().join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
