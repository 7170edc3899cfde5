// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.CommandTyped;
import io.serin.cli.demo.event.DemoEvent.Ended;
import io.serin.cli.demo.event.DemoEvent.Fact;
import io.serin.cli.demo.event.DemoEvent.NamespaceLabelled;
import io.serin.cli.demo.event.DemoEvent.Paused;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.DemoEvent.Said;
import io.serin.cli.demo.event.DemoEvent.SceneBegan;
import io.serin.cli.demo.event.DemoEvent.SceneTime;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.serin.cli.demo.event.DemoEvent.Stopped;
import io.serin.cli.demo.event.DemoEvent.Waiting;
import io.serin.cli.demo.event.DemoEvent.WeightsWanted;
import io.serin.cli.demo.event.SeenPod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;

/**
 * An event in the page's words.
 *
 * @param kind the event's name on the stream
 * @param kept how many of the kind, counted from the latest, a late browser is told; 1 for what
 *     replaces the one before
 */
record EventJson(String kind, int kept, JsonObject body) {

    private static final int LATEST = 1;

    /** All of a story, and an end to what piles up when it is kept running for days. */
    private static final int MANY = 400;

    private static final int SECONDS = 20 * 60;

    static EventJson of(DemoEvent event) {
        return switch (event) {
            case SceneBegan(int number, int of, String title) ->
                    many(
                            "scene",
                            new JsonObject()
                                    .put("number", number)
                                    .put("of", of)
                                    .put("title", title));
            case Said(String text) -> many("said", new JsonObject().put("text", text));
            case CommandTyped(String command) ->
                    many("command", new JsonObject().put("text", command));
            case Fact(String text) -> many("fact", new JsonObject().put("text", text));
            case Waiting(String what) -> latest("waiting", new JsonObject().put("text", what));
            case Paused _ -> latest("paused", new JsonObject());
            case SecondOfTraffic(var counts) ->
                    new EventJson(
                            "second",
                            SECONDS,
                            new JsonObject()
                                    .put("sent", counts.sent())
                                    .put("failed", counts.failed())
                                    .put("p99", counts.p99Millis())
                                    .put("versions", object(counts.versions())));
            case WeightsWanted(var weights) ->
                    many("weights", new JsonObject().put("weights", object(weights)));
            case NamespaceLabelled(String namespace, String revision) ->
                    many(
                            "label",
                            new JsonObject().put("namespace", namespace).put("revision", revision));
            case PodsSeen(var pods) -> {
                var list = new JsonArray();
                pods.forEach(pod -> list.add(pod(pod)));
                yield latest("pods", new JsonObject().put("pods", list));
            }
            case Ended ended -> latest("ended", ended(ended));
            case Stopped(String reason) -> latest("stopped", new JsonObject().put("text", reason));
        };
    }

    private static EventJson many(String kind, JsonObject body) {
        return new EventJson(kind, MANY, body);
    }

    private static EventJson latest(String kind, JsonObject body) {
        return new EventJson(kind, LATEST, body);
    }

    private static JsonObject ended(Ended ended) {
        var scenes = new JsonArray();
        for (SceneTime scene : ended.scenes()) {
            scenes.add(
                    new JsonObject()
                            .put("number", scene.number())
                            .put("title", scene.title())
                            .put("seconds", scene.took().toMillis() / 1000.0));
        }
        var json =
                new JsonObject()
                        .put("scenes", scenes)
                        .put("sent", ended.whole().sent())
                        .put("failed", ended.whole().failed())
                        .put("lastFailure", ended.lastFailure());
        ended.slowestChange()
                .ifPresent(took -> json.put("slowestChange", took.toMillis() / 1000.0));
        return json;
    }

    private static JsonObject pod(SeenPod pod) {
        return new JsonObject()
                .put("namespace", pod.namespace())
                .put("name", pod.name())
                .put("controlPlane", pod.part() == SeenPod.Part.CONTROL_PLANE)
                .put("app", pod.app())
                .put("version", pod.version())
                .put("revision", pod.revision())
                .put("state", pod.state().name().toLowerCase(Locale.ROOT));
    }

    private static JsonObject object(Map<String, ?> values) {
        var json = new JsonObject();
        values.forEach(json::put);
        return json;
    }
}
