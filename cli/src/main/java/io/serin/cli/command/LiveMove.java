// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.cli.client.ExitCode;
import io.serin.cli.rehome.LiveUpgrade;
import io.serin.cli.rehome.UpgradePlan;
import io.serin.cli.render.Answer;
import io.serin.cli.render.Format;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.read.WorkloadReader;
import io.serin.kube.type.MarkedNamespace;
import io.serin.kube.write.Rollouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code --live} means for upgrade and rollback, and {@code upgrade plan}: shown first, asked,
 * done, namespace by namespace.
 */
final class LiveMove {

    /** Enough for a proxy's attempts at a control plane that is just being restarted. */
    static final String PATIENCE_SECONDS = "60";

    private LiveMove() {}

    /** Shows what would change; {@link Format#table} is text for people. */
    static int plan(ClusterOptions cluster, Revision to, List<String> namespaces, Format format) {
        try (Kube kube = cluster.connect()) {
            List<UpgradePlan> plans = new ArrayList<>();
            for (String namespace : namespaces) {
                plans.add(UpgradePlan.of(new ClusterReader(kube), to, namespace));
            }
            if (format == Format.table) {
                plans.forEach(plan -> System.out.print(plan.text()));
            } else {
                System.out.print(Answer.of(format, "plans", plans, List.of(), List.of()));
            }
        }
        return ExitCode.OK;
    }

    /** Moves running proxies; refuses before it asks. */
    static int upgrade(
            ClusterOptions cluster,
            Revision to,
            List<String> namespaces,
            Duration patience,
            boolean yes) {
        try (Kube kube = cluster.connect()) {
            LiveUpgrade upgrade = upgrade(kube);
            for (String namespace : namespaces) {
                upgrade.check(to, namespace);
                System.out.print(UpgradePlan.of(new ClusterReader(kube), to, namespace).text());
            }
            ask(yes, "move the running proxies of " + named(namespaces) + " to " + to);
            for (String namespace : namespaces) {
                upgrade.run(to, namespace, patience);
            }
        }
        return ExitCode.OK;
    }

    /**
     * Brings them back.
     *
     * @param named empty for all that were moved
     */
    static int rollBack(
            ClusterOptions cluster, List<String> named, Duration patience, boolean yes) {
        try (Kube kube = cluster.connect()) {
            List<String> namespaces = named.isEmpty() ? moved(kube) : named;
            if (namespaces.isEmpty()) {
                System.out.println("nothing to do: no namespace was moved by upgrade --live");
                return ExitCode.OK;
            }
            LiveUpgrade upgrade = upgrade(kube);
            ask(yes, "bring the running proxies of " + named(namespaces) + " back");
            for (String namespace : namespaces) {
                upgrade.rollBack(namespace, patience);
            }
        }
        return ExitCode.OK;
    }

    private static List<String> moved(Kube kube) {
        return new WorkloadReader(kube)
                .namespaces().stream()
                        .filter(it -> it.annotations().containsKey(Labels.LIVE_BEFORE))
                        .map(MarkedNamespace::namespace)
                        .toList();
    }

    private static LiveUpgrade upgrade(Kube kube) {
        return new LiveUpgrade(new ClusterReader(kube), new Rollouts(kube), System.out::println);
    }

    private static String named(List<String> namespaces) {
        return "namespace " + String.join(", ", namespaces);
    }

    private static void ask(boolean yes, String what) {
        if (!yes) {
            Consent.ask(what + "?", "nothing was moved", "--yes");
        }
    }
}
