// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.Installation;
import io.serin.cli.demo.event.DemoEvent.Ended;
import io.serin.cli.demo.event.DemoEvent.Paused;
import io.serin.cli.demo.event.DemoEvent.SceneBegan;
import io.serin.cli.demo.event.DemoEvent.SceneTime;
import io.serin.cli.demo.event.DemoEvent.Stopped;
import io.serin.cli.demo.event.TrafficCounts;
import io.serin.kube.Kube;
import io.serin.kube.KubeFault;
import io.serin.kube.read.ClusterReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The story, scene by scene, to its end. */
public final class Story implements AutoCloseable {

    public static final int SCENES = 5;

    private final Narrator narrator;
    private final Optional<EnterKey> betweenScenes;
    private final boolean keep;
    private final boolean disposable;
    private final Occupants occupants;
    private final Installation installation;
    private final Shop shop;
    private final Visitors visitors;
    private final Scenes scenes;
    private boolean isBegun;

    /**
     * @param betweenScenes what is waited for between scenes; empty for nothing
     * @param keep whether everything is to be left running at the end
     * @param disposable whether the cluster goes at the end, and all in it
     */
    public Story(
            Kube kube,
            Narrator narrator,
            Optional<EnterKey> betweenScenes,
            boolean keep,
            boolean disposable) {
        this.narrator = narrator;
        this.betweenScenes = betweenScenes;
        this.keep = keep;
        this.disposable = disposable;
        this.installation = new Installation(kube, narrator::waiting);
        this.occupants = new Occupants(new ClusterReader(kube), installation);
        this.shop = new Shop(kube, narrator);
        this.visitors = new Visitors(kube, narrator, shop);
        this.scenes = new Scenes(installation, shop, visitors, narrator);
    }

    /**
     * Plays the scenes up to one.
     *
     * @return 0 when no request failed, else 1
     * @throws CliFault when a scene fails; and before the first, with nothing changed, when
     *     somebody else's things are where the story would put its own and take them away
     */
    public int play(int last) {
        try {
            if (!disposable) {
                occupants.refuse();
            }
            isBegun = true;
            List<SceneTime> times = new ArrayList<>();
            for (int number = 1; number <= last; number++) {
                times.add(play(number, last, scenes.all().get(number - 1)));
            }
            TrafficCounts whole = visitors.leave();
            narrator.tell(new Ended(times, scenes.slowestChange(), whole, visitors.lastFailure()));
            if (keep) {
                visitors.comeBack();
            }
            return whole.failed() == 0 ? 0 : 1;
        } catch (RuntimeException fault) {
            narrator.tell(new Stopped(KubeFault.reason(fault)));
            throw fault;
        }
    }

    private SceneTime play(int number, int of, Scenes.Scene scene) {
        if (number > 1 && betweenScenes.isPresent()) {
            narrator.tell(new Paused());
            betweenScenes.get().await();
        }
        narrator.tell(new SceneBegan(number, of, scene.title()));
        Instant start = Instant.now();
        scene.play().run();
        return new SceneTime(number, scene.title(), Duration.between(start, Instant.now()));
    }

    /** On a cluster that is not ours: takes away what the story made. */
    @Override
    public void close() {
        visitors.close();
        if (keep || disposable || !isBegun) {
            return;
        }
        narrator.say("cleaning up …");
        shop.close();
        for (Revision revision : List.of(Scenes.OLD, Scenes.NEW)) {
            try {
                installation.uninstall(revision, false);
            } catch (CliFault notThere) {
                // Scene 5 removed it, or an earlier scene failed before it came.
            }
        }
    }
}
