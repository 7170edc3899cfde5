// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RolloutTest {

    private record Rounding(int replicas, String surge, String unavailable, Surge expected) {}

    @TestFactory
    Stream<DynamicTest> surgeRoundsUpAndUnavailabilityDown() {
        return Stream.of(
                        new Rounding(5, "25%", "25%", new Surge(2, 1)),
                        new Rounding(1, "25%", "25%", new Surge(1, 0)),
                        new Rounding(4, "25%", "25%", new Surge(1, 1)),
                        new Rounding(10, "1", "0", new Surge(1, 0)),
                        new Rounding(10, "0", "30%", new Surge(0, 3)),
                        new Rounding(3, "0", "0%", new Surge(0, 1)),
                        new Rounding(2, "100%", "5", new Surge(2, 2)),
                        new Rounding(0, "25%", "25%", new Surge(0, 0)))
                .map(row ->
                        DynamicTest.dynamicTest(
                                row.toString(),
                                () ->
                                        assertThat(Surge.of(deployment(row)))
                                                .isEqualTo(row.expected())));
    }

    private static ObjectNode deployment(Rounding row) {
        ObjectNode deployment = deployment(row.replicas());
        ObjectNode rolling =
                deployment.withObject("/spec").withObject("/strategy").withObject("/rollingUpdate");
        put(rolling, "maxSurge", row.surge());
        put(rolling, "maxUnavailable", row.unavailable());
        return deployment;
    }

    private static void put(ObjectNode into, String field, String held) {
        if (held.endsWith("%")) {
            into.put(field, held);
        } else {
            into.put(field, Integer.parseInt(held));
        }
    }

    private static ObjectNode deployment(int replicas) {
        ObjectNode deployment = JsonNodeFactory.instance.objectNode();
        deployment.withObject("/metadata").put("name", "d").put("generation", 1);
        deployment.withObject("/spec").put("replicas", replicas);
        return deployment;
    }

    private static ObjectNode set(String name, int replicas, int available) {
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        set.withObject("/metadata").put("name", name).put("creationTimestamp", name);
        set.withObject("/spec").put("replicas", replicas);
        set.withObject("/status").put("replicas", replicas).put("availableReplicas", available);
        return set;
    }

    private static Rollout rollout(
            int wanted, int surge, int unavailable, ObjectNode current, ObjectNode... old) {
        ObjectNode deployment = deployment(wanted);
        deployment
                .withObject("/spec")
                .withObject("/strategy")
                .withObject("/rollingUpdate")
                .put("maxSurge", surge)
                .put("maxUnavailable", unavailable);
        return new Rollout(deployment, Optional.of(current), List.of(old));
    }

    private static List<String> scales(List<Rollout.Scale> scales) {
        List<String> said = new ArrayList<>();
        scales.forEach(
                s -> said.add(s.set().path("metadata").path("name").asText() + "=" + s.replicas()));
        return said;
    }

    @Test
    void aNewSetGrowsByTheSurgeOnly() {
        assertThat(rollout(3, 1, 0, set("b", 0, 0), set("a", 3, 3)).nextOfCurrent(0)).isEqualTo(1);
        assertThat(rollout(3, 1, 0, set("b", 1, 1), set("a", 3, 3)).nextOfCurrent(1)).isEqualTo(1);
        assertThat(rollout(3, 1, 0, set("b", 1, 1), set("a", 2, 2)).nextOfCurrent(1)).isEqualTo(2);
        assertThat(rollout(3, 1, 0, set("b", 5, 5)).nextOfCurrent(5)).isEqualTo(3);
    }

    @Test
    void anOldPodGoesOnlyWhenANewOneIsAvailable() {
        assertThat(rollout(3, 1, 0, set("b", 1, 0), set("a", 3, 3)).nextOfOld()).isEmpty();
        assertThat(scales(rollout(3, 1, 0, set("b", 1, 1), set("a", 3, 3)).nextOfOld()))
                .containsExactly("a=2");
    }

    @Test
    void brokenOldPodsGoFirst() {
        assertThat(
                        scales(
                                rollout(3, 1, 1, set("c", 1, 0), set("a", 2, 2), set("b", 1, 0))
                                        .nextOfOld()))
                .containsExactly("b=0");
    }

    @Test
    void theOldestSetGoesFirst() {
        assertThat(
                        scales(
                                rollout(4, 2, 0, set("c", 2, 2), set("a", 2, 2), set("b", 2, 2))
                                        .nextOfOld()))
                .containsExactly("a=0");
    }

    @Test
    void scalingInTheMiddleOfARolloutIsShared() {
        ObjectNode a = set("a", 8, 8);
        ObjectNode b = set("b", 4, 2);
        for (ObjectNode each : List.of(a, b)) {
            each.withObject("/metadata").withObject("/annotations").put(Deployments.MAX, "12");
        }

        // From 10 + 2 to 20 + 2.
        assertThat(scales(rollout(20, 2, 0, b, a).proportional())).containsExactly("a=15", "b=7");
    }

    @Test
    void theOnlyActiveSetIsScaledToWhatIsWanted() {
        assertThat(scales(rollout(5, 1, 0, set("b", 2, 2), set("a", 0, 0)).proportional()))
                .containsExactly("b=5");
    }

    @Test
    void equalTemplatesHaveEqualNamesWhateverTheirOrder() {
        ObjectNode one = JsonNodeFactory.instance.objectNode().put("a", 1).put("b", 2);
        ObjectNode other = JsonNodeFactory.instance.objectNode().put("b", 2).put("a", 1);

        assertThat(TemplateHash.of(one, 0)).isEqualTo(TemplateHash.of(other, 0));
        assertThat(TemplateHash.of(one, 0)).isNotEqualTo(TemplateHash.of(one, 1));
        assertThat(TemplateHash.of(one, 0)).matches("[bcdfghjklmnpqrstvwxz2456789]{1,10}");
    }
}
