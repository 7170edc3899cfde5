// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.api.name.Revision;
import io.serin.cli.client.Installation;
import io.serin.kube.Kube;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "uninstall",
        description = {
            "Deletes a revision that nobody uses; others are not touched.",
            "The last one takes along the authority that they shared, but for one that you brought"
                    + " along (Secret cacerts).",
            "Shows what it would delete, and asks. Namespace istio-system stays."
        },
        footer = {"", "Examples:", "  serin uninstall --revision 1-0 -y"})
final class Uninstall implements Callable<Integer> {

    private static final String NOTHING = "nothing was deleted";

    @Mixin private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--revision", required = true, paramLabel = "NAME", description = "Which one.")
    private String revision = "";

    @Option(
            names = "--force",
            description =
                    "Also when proxies are on it, which then stand alone; never while a tag points"
                            + " to it.")
    private boolean force;

    @Option(
            names = {"-y", "--yes"},
            description = "Does not ask.")
    private boolean yes;

    @Override
    public Integer call() {
        Revision name = new Revision(revision);
        String typed = "serin uninstall --revision " + revision + " -y";
        if (!yes && !Terminal.isThere()) {
            throw Consent.nobody(NOTHING, typed);
        }
        try (Kube kube = cluster.connect()) {
            Installation installation =
                    new Installation(kube, missing -> System.err.println("waiting for " + missing));
            if (!yes) {
                System.out.println("this deletes:");
                installation
                        .uninstallable(name, force)
                        .forEach(object -> System.out.println("  " + object));
                Consent.ask("delete revision " + revision + "?", NOTHING, typed);
            }
            installation.uninstall(name, force);
        }
        System.out.println("revision " + revision + " is gone");
        return 0;
    }
}
