// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.ExitCode;
import io.serin.cli.client.Interruption;
import io.serin.cli.client.Person;
import io.serin.cli.rehome.LiveUpgrade;
import io.serin.cli.rehome.UpgradePlan;
import io.serin.cli.render.Answer;
import io.serin.cli.render.Format;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.read.WorkloadReader;
import io.serin.kube.type.MarkedNamespace;
import io.serin.kube.write.Rollouts;
import io.serin.rollout.cluster.KubeCluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.plan.Planning.Problem;
import io.serin.rollout.run.ClaimLost;
import io.serin.rollout.run.Claims;
import io.serin.rollout.run.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * What {@code --live} means for upgrade and rollback, and {@code upgrade plan}: shown first, asked,
 * done, namespace by namespace.
 */
final class LiveMove {

    /** Enough for a proxy's attempts at a control plane that is just being restarted. */
    static final int PATIENCE_SECONDS = 60;

    private LiveMove() {}

    static Duration patience(Optional<Duration> typed) {
        return typed.orElse(Duration.ofSeconds(PATIENCE_SECONDS));
    }

    /** Shows what would change; {@link Format#table} is text for people. */
    static int plan(ClusterOptions cluster, Revision to, List<String> namespaces, Format format) {
        try (Kube kube = cluster.connect()) {
            LiveUpgrade planned = upgrade(kube, () -> {});
            List<UpgradePlan> plans = new ArrayList<>();
            for (String namespace : namespaces) {
                plans.add(
                        UpgradePlan.of(new ClusterReader(kube), to, namespace)
                                .refused(planned.refusal(to, namespace).map(Problem::what)));
            }
            if (format == Format.table) {
                plans.forEach(plan -> System.out.print(plan.text()));
            } else {
                System.out.print(Answer.of(format, "plans", plans, List.of(), List.of()));
            }
        }
        return ExitCode.OK;
    }

    /**
     * Moves running proxies; refuses before it asks.
     *
     * @param dryRun ends where it would ask
     */
    static int upgrade(
            ClusterOptions cluster,
            Revision to,
            List<String> namespaces,
            Duration patience,
            boolean dryRun,
            boolean yes) {
        try (Kube kube = cluster.connect()) {
            LiveUpgrade planned = upgrade(kube, () -> {});
            for (String namespace : namespaces) {
                planned.check(to, namespace);
                System.out.print(UpgradePlan.of(new ClusterReader(kube), to, namespace).text());
            }
            if (dryRun) {
                return ExitCode.OK;
            }
            ask(yes, "move the running proxies of " + named(namespaces) + " to " + to);
            return move(
                    kube,
                    namespaces,
                    (upgrade, namespace) -> upgrade.run(to, namespace, patience),
                    """
                    interrupted; proxies that were told to move go on by themselves, future pods follow when it is typed again
                      go on:   serin upgrade --live --to %s%s
                      go back: serin rollback --live%2$s\
                    """
                            .formatted(to, options(namespaces)));
        }
    }

    /**
     * Brings them back.
     *
     * @param named empty for all that were moved, but for those that are being deleted
     */
    static int rollBack(
            ClusterOptions cluster, List<String> named, Duration patience, boolean yes) {
        try (Kube kube = cluster.connect()) {
            List<String> namespaces = named.isEmpty() ? moved(kube) : named;
            if (namespaces.isEmpty()) {
                System.out.println("nothing to do: no namespace was moved by upgrade --live");
                return ExitCode.OK;
            }
            ask(yes, "bring the running proxies of " + named(namespaces) + " back");
            return move(
                    kube,
                    namespaces,
                    (upgrade, namespace) -> upgrade.rollBack(namespace, patience),
                    """
                    interrupted; proxies that were told to go back do so by themselves
                      see it through: serin rollback --live%s\
                    """
                            .formatted(options(namespaces)));
        }
    }

    private static List<String> moved(Kube kube) {
        return new WorkloadReader(kube)
                .namespaces().stream()
                        .filter(it ->
                                !it.ending() && it.annotations().containsKey(Labels.LIVE_BEFORE))
                        .map(MarkedNamespace::namespace)
                        .toList();
    }

    /**
     * One namespace after the other, while nobody else moves one of them, live or by restarts.
     *
     * @param interrupted what to say then: what goes on, and what to type
     */
    private static int move(
            Kube kube,
            List<String> namespaces,
            BiConsumer<LiveUpgrade, String> move,
            String interrupted) {
        Claims claims = new Claims(new KubeCluster(kube), Time.system(), Person.holder());
        LiveUpgrade upgrade = upgrade(kube, claims::keep);
        try (var _ = Interruption.ofThisThread()) {
            try {
                claims.take(namespaces)
                        .ifPresent(other -> {
                            throw CliFault.failed(
                                    "nothing was moved: " + other.what(), other.remedy());
                        });
                namespaces.forEach(namespace -> move.accept(upgrade, namespace));
                return ExitCode.OK;
            } catch (RuntimeException fault) {
                if (!Thread.currentThread().isInterrupted()) {
                    throw fault;
                }
                // At once: the program ends as soon as this is left.
                System.err.println(interrupted);
                return ExitCode.FAILED;
            } finally {
                claims.release();
            }
        } catch (ClaimLost lost) {
            throw CliFault.failed(
                    "it ends here: " + lost.getMessage(),
                    "see where proxies are and should be: serin proxy status");
        } catch (ClusterGone gone) {
            throw new CliFault(
                    ExitCode.UNREACHABLE,
                    "the cluster can't be reached at " + kube.address() + ": " + gone.reason(),
                    "what was begun goes on by itself: serin proxy status");
        }
    }

    /**
     * @param keep is called while proxies are waited for
     */
    private static LiveUpgrade upgrade(Kube kube, Runnable keep) {
        return new LiveUpgrade(
                new ClusterReader(kube),
                new Rollouts(kube),
                new KubeCluster(kube),
                keep,
                System.out::println);
    }

    private static String named(List<String> namespaces) {
        return "namespace " + String.join(", ", namespaces);
    }

    private static String options(List<String> namespaces) {
        return namespaces.stream()
                .map(namespace -> " --namespace " + namespace)
                .collect(Collectors.joining());
    }

    private static void ask(boolean yes, String what) {
        if (!yes) {
            Consent.ask(what + "?", "nothing was moved", "--yes");
        }
    }
}
