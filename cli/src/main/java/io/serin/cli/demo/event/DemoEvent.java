// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo.event;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something that happened in the demo. Events are told one at a time, in the order in which they
 * happened; {@link Ended} or {@link Stopped} comes once, and with {@code --keep} traffic and pods
 * go on after it.
 */
public sealed interface DemoEvent {

    /**
     * A scene begins, and the one before it is over.
     *
     * @param number from 1
     * @param of how many are played
     */
    record SceneBegan(int number, int of, String title) implements DemoEvent {}

    /** What is going to happen, in a sentence. */
    record Said(String text) implements DemoEvent {}

    /** What a person would type for what is done next. */
    record CommandTyped(String command) implements DemoEvent {}

    /** A finding worth keeping. */
    record Fact(String text) implements DemoEvent {}

    /** Nothing goes on before this has come; told again whenever the reason changes, or not. */
    record Waiting(String what) implements DemoEvent {}

    /** Nothing goes on before somebody presses Enter at the terminal. */
    record Paused() implements DemoEvent {}

    /** What the load client counted in one second. */
    record SecondOfTraffic(TrafficCounts counts) implements DemoEvent {}

    /**
     * The route was told to part the traffic so.
     *
     * @param weights by version, relative to their sum
     */
    record WeightsWanted(Map<String, Integer> weights) implements DemoEvent {
        public WeightsWanted {
            weights = new TreeMap<>(weights);
        }
    }

    /** From now on, new pods of a namespace go to this revision; those that run stay. */
    record NamespaceLabelled(String namespace, String revision) implements DemoEvent {}

    /** All pods of the mesh at one moment, ordered by name; told when something has changed. */
    record PodsSeen(List<SeenPod> pods) implements DemoEvent {
        public PodsSeen {
            pods = List.copyOf(pods);
        }
    }

    /**
     * The story is told to its end.
     *
     * @param scenes in order
     * @param slowestChange how long the slowest change of weights took to be seen; empty when there
     *     was none
     * @param whole the client's own counts of its whole run, late answers included
     * @param lastFailure empty when no request failed
     */
    record Ended(
            List<SceneTime> scenes,
            Optional<Duration> slowestChange,
            TrafficCounts whole,
            String lastFailure)
            implements DemoEvent {
        public Ended {
            scenes = List.copyOf(scenes);
        }
    }

    /** How long a scene took. */
    record SceneTime(int number, String title, Duration took) {}

    /** The story could not be told to its end. */
    record Stopped(String reason) implements DemoEvent {}
}
