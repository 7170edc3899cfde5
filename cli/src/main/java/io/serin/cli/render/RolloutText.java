// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.template.TreeTemplate;
import io.serin.rollout.plan.Plan;
import io.serin.rollout.plan.Plan.OfNamespace;
import io.serin.rollout.plan.Written;
import io.serin.rollout.run.RolloutEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A rollout's plan and what happens in it: for people, and as one line of JSON each. */
public final class RolloutText {

    private RolloutText() {}

    /**
     * For people.
     *
     * @param guards what has to hold, in words
     */
    public static String plan(Plan plan, String guards) {
        List<String> lines = new ArrayList<>();
        plan.tags().stream()
                .filter(tag -> !tag.isBack())
                .forEach(tag ->
                        lines.add(
                                (plan.verb() == Written.Verb.ROLLBACK ? "" : "if it goes back, ")
                                        + back(tag.tag(), tag.from(), tag.to())));
        plan.namespaces().forEach(part -> add(lines, part));
        new TreeMap<>(plan.tagged())
                .forEach((namespace, tag) ->
                        lines.add(
                                "namespace "
                                        + namespace
                                        + " stays: it follows "
                                        + tag
                                        + "; serin tag set "
                                        + tag
                                        + " --revision "
                                        + plan.to()
                                        + " --overwrite moves it"));
        lines.add("guards: " + guards);
        return String.join("\n", lines) + "\n";
    }

    private static void add(List<String> lines, OfNamespace part) {
        lines.add(
                bound(part.namespace(), part.now().toString(), part.then().toString())
                        + (part.isResumed() ? " (goes on)" : ""));
        int number = 0;
        for (List<String> batch : part.batches()) {
            number++;
            for (String workload : batch) {
                lines.add(
                        "  "
                                + number
                                + "/"
                                + part.batches().size()
                                + " restart "
                                + workload
                                + (part.written().notHealthyBefore().contains(workload)
                                        ? " (not healthy before: not waited for)"
                                        : ""));
            }
        }
        if (!part.there().isEmpty()) {
            lines.add("  there already: " + String.join(", ", part.there()));
        }
        part.leftAlone()
                .forEach(left -> lines.add("  stays: " + left.name() + ": " + left.reason()));
    }

    /** As a tree: what {@code plan} says. */
    public static JsonNode tree(Plan plan) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("schemaVersion", 1);
        document.put("event", "Planned");
        document.put("verb", plan.verb().name());
        document.put("to", plan.to());
        ArrayNode namespaces = document.putArray("namespaces");
        plan.namespaces().forEach(part -> namespaces.add(tree(part)));
        document.set("tagged", TreeTemplate.tree(plan.tagged()));
        document.set("tags", TreeTemplate.tree(plan.tags()));
        return document;
    }

    private static ObjectNode tree(OfNamespace part) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("namespace", part.namespace());
        tree.set("now", TreeTemplate.tree(part.now().labels()));
        tree.set("then", TreeTemplate.tree(part.then().labels()));
        tree.put("resumed", part.isResumed());
        tree.set("batches", TreeTemplate.tree(part.batches()));
        tree.set("notHealthyBefore", TreeTemplate.tree(part.written().notHealthyBefore()));
        tree.set("there", TreeTemplate.tree(part.there()));
        tree.set("leftAlone", TreeTemplate.tree(part.leftAlone()));
        return tree;
    }

    /** As a tree: its kind and its fields. */
    public static JsonNode tree(RolloutEvent event) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("event", event.getClass().getSimpleName());
        TreeTemplate.tree(event)
                .properties()
                .forEach(field -> document.set(field.getKey(), field.getValue()));
        return document;
    }

    /** For people. */
    public static String line(RolloutEvent event) {
        return switch (event) {
            case RolloutEvent.NamespaceBound bound ->
                    bound(bound.namespace(), bound.now(), bound.then());
            case RolloutEvent.Restarted restarted ->
                    "  "
                            + batch(restarted.number(), restarted.of())
                            + " restarts "
                            + restarted.workload();
            case RolloutEvent.Waiting waiting -> "  waiting for " + waiting.reason();
            case RolloutEvent.NotAwaited left ->
                    "  "
                            + left.workload()
                            + " was not healthy before and is not now ("
                            + left.reason()
                            + "): the others go on";
            case RolloutEvent.LeftBehind left ->
                    "  not well: " + left.reason() + "; the others go on";
            case RolloutEvent.BatchHealthy healthy ->
                    "  "
                            + batch(healthy.number(), healthy.of())
                            + " is well: "
                            + String.join(", ", healthy.workloads())
                            + "; "
                            + healthy.requests();
            case RolloutEvent.Paused paused -> "  paused until it is well: " + paused.reason();
            case RolloutEvent.Resumed _ -> "  is well again, goes on";
            case RolloutEvent.ApiGone gone ->
                    "the API server does not answer (" + gone.reason() + "): waiting for it";
            case RolloutEvent.ApiBack back ->
                    "the API server answers again after " + back.afterSeconds() + " s";
            case RolloutEvent.NamespaceDone done ->
                    "namespace "
                            + done.namespace()
                            + " is done: "
                            + (done.revision().isEmpty()
                                    ? "without sidecars"
                                    : "on revision " + done.revision());
            case RolloutEvent.NamespaceGone gone ->
                    "namespace " + gone.namespace() + " was deleted: the others go on";
            case RolloutEvent.Stopped stopped ->
                    "stopped in namespace " + stopped.namespace() + ": " + stopped.reason();
            case RolloutEvent.GoingBack _ -> "going back";
            case RolloutEvent.TagWentBack tag -> back(tag.tag(), tag.from(), tag.to());
        };
    }

    private static String back(String tag, String from, String to) {
        return "tag " + tag + ": " + from + " -> " + to + ", for all namespaces that name it";
    }

    private static String bound(String namespace, String now, String then) {
        return "namespace "
                + namespace
                + ": "
                + now
                + (now.equals(then) ? " stays" : " -> " + then);
    }

    private static String batch(int number, int of) {
        return number + "/" + of;
    }
}
