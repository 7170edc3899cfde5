// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.InstallValues;
import io.serin.cli.client.Installation;
import io.serin.cli.demo.event.TrafficCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is done in each scene, in the order in which they are played. */
final class Scenes {

    static final Revision OLD = new Revision("1-0");
    static final Revision NEW = new Revision("1-1");

    private static final int MEASURED_SECONDS = 5;

    /** A scene, and what is done in it. */
    record Scene(String title, Runnable play) {}

    private final Installation installation;
    private final Shop shop;
    private final Visitors visitors;
    private final Narrator narrator;
    private final List<Duration> changes = new ArrayList<>();

    Scenes(Installation installation, Shop shop, Visitors visitors, Narrator narrator) {
        this.installation = installation;
        this.shop = shop;
        this.visitors = visitors;
        this.narrator = narrator;
    }

    List<Scene> all() {
        return List.of(
                new Scene("A mesh: revision 1-0, and a shop whose pods get sidecars", this::mesh),
                new Scene(
                        "An application canary: reviews v1 to v2 by HTTPRoute, and back",
                        this::canary),
                new Scene(
                        "An upgrade: revision 1-1 beside 1-0, the shop moves to it", this::upgrade),
                new Scene("A rollback: the shop goes back to 1-0", this::rollback),
                new Scene("Revision 1-1 is removed", this::remove));
    }

    /** How long the slowest change of weights took to be seen in a whole second of traffic. */
    Optional<Duration> slowestChange() {
        return changes.stream().max(Duration::compareTo);
    }

    private void mesh() {
        Instant began = Instant.now();
        install(OLD);
        narrator.say(
                "a namespace says which revision it wants; new pods are injected by its webhook");
        shop.openNamespaces();
        narrator.command("kubectl apply -f deploy/demo/shop.yaml -f deploy/demo/client.yaml");
        shop.open();
        visitors.come();
        narrator.fact("sidecars: " + shop.revisions());
        narrator.say(
                "a client sends 200 requests/s to web, which asks reviews, from here to the end");
        TrafficCounts first = visitors.watch(1);
        for (int i = 1; first.succeeded() == 0 && i < MEASURED_SECONDS; i++) {
            first = visitors.watch(1);
        }
        narrator.fact(
                String.format(
                        Locale.ROOT,
                        "answered %.1f s after the scene began: %d requests, %d failed",
                        Duration.between(began, Instant.now()).toMillis() / 1000.0,
                        first.succeeded(),
                        first.failed()));
        var _ = visitors.watch(MEASURED_SECONDS - 1);
    }

    private void canary() {
        narrator.say("who gets how much is an HTTPRoute; apps and clients know nothing of it");
        for (int v1 : new int[] {100, 90, 50, 0, 100}) {
            Instant applied = Instant.now();
            shop.route(v1, 100 - v1);
            visitors.awaitSplit(v1);
            changes.add(Duration.between(applied, Instant.now()));
            TrafficCounts measured = visitors.watch(MEASURED_SECONDS);
            narrator.fact(
                    String.format(
                            Locale.ROOT,
                            "wanted %3d/%-3d   measured %5.1f/%-5.1f   of %d requests, %d failed",
                            v1,
                            100 - v1,
                            measured.percent("v1"),
                            measured.percent("v2"),
                            measured.succeeded(),
                            measured.failed()));
        }
    }

    private void upgrade() {
        String before = shop.revisions();
        install(NEW);
        narrator.fact("nothing has moved: " + shop.revisions());
        shop.relabel(NEW);
        if (!shop.revisions().equals(before)) {
            throw CliFault.failed("pods of shop moved by themselves: " + shop.revisions(), "");
        }
        narrator.fact("running pods stay where they are: " + shop.revisions());
        restart(NEW);
    }

    private void rollback() {
        shop.relabel(OLD);
        restart(OLD);
    }

    private void remove() {
        narrator.command("serin uninstall --revision 1-1 -y");
        installation.uninstall(NEW, false);
        var _ = visitors.watch(MEASURED_SECONDS);
    }

    private void install(Revision revision) {
        narrator.command("serin install --revision " + revision);
        Instant start = Instant.now();
        installation.install(revision, InstallValues.of(Map.of()), Waits.PATIENCE, narrator::say);
        narrator.fact(
                String.format(
                        Locale.ROOT,
                        "revision %s is ready after %.1f s",
                        revision,
                        Duration.between(start, Instant.now()).toMillis() / 1000.0));
    }

    private void restart(Revision wanted) {
        int mark = visitors.mark();
        shop.restart(wanted);
        TrafficCounts during = visitors.since(mark);
        narrator.fact(
                "all on "
                        + wanted
                        + ": "
                        + shop.revisions()
                        + "; meanwhile "
                        + during.sent()
                        + " requests, "
                        + during.failed()
                        + " failed");
    }
}
