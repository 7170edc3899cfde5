// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.contract.Api.Watch;
import io.serin.e2e.stage.Kubectl;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Deployments: what holds at every moment of a rollout, and what is left behind it. */
@Contract
class RolloutContractIT {

    private static final String ONE_BY_ONE =
            "{\"type\": \"RollingUpdate\", \"rollingUpdate\": {\"maxSurge\": 1, \"maxUnavailable\": 0}}";

    private final Api api;
    private final Kubectl kubectl;

    RolloutContractIT(Kubectl kubectl) {
        this.kubectl = kubectl;
        api = new Api(kubectl, "contract-rollout");
    }

    @AfterAll
    void close() {
        api.close();
    }

    private void make(String name, int replicas, String strategy, boolean ready) {
        api.post(api.apps("deployments"), Shapes.deployment(name, replicas, strategy, "1", ready))
                .orFail();
    }

    private void rolledOut(String name) {
        kubectl.run(
                "rollout status deployment/%s -n %s --timeout=90s"
                        .formatted(name, api.namespace()));
    }

    private void change(String name, String version) {
        api.patch(
                        api.apps("deployments/" + name),
                        Api.STRATEGIC,
                        """
                        {"spec": {"template": {"spec": {"containers": [
                          {"name": "main", "env": [{"name": "VERSION", "value": "%s"}]}]}}}}
                        """
                                .formatted(version))
                .orFail();
    }

    private JsonNode sets(String name) {
        return api.get(api.apps("replicasets?labelSelector=app%3D") + name).body().path("items");
    }

    @Test
    void aDeploymentGetsWhatItWasNotGiven() {
        make("defaults", 0, "{}", true);

        JsonNode spec = api.get(api.apps("deployments/defaults")).body().path("spec");

        assertThat(spec.at("/strategy/rollingUpdate/maxSurge").asText()).isEqualTo("25%");
        assertThat(spec.at("/strategy/rollingUpdate/maxUnavailable").asText()).isEqualTo("25%");
        assertThat(spec.path("progressDeadlineSeconds").asInt()).isEqualTo(600);
        assertThat(spec.path("revisionHistoryLimit").asInt()).isEqualTo(10);
        assertThat(spec.at("/template/spec/restartPolicy").asText()).isEqualTo("Always");
        assertThat(spec.at("/template/spec/dnsPolicy").asText()).isEqualTo("ClusterFirst");
        assertThat(spec.at("/template/spec/containers/0/imagePullPolicy").asText())
                .isEqualTo("IfNotPresent");
    }

    @Test
    void aRolloutNeverFallsShortNorExceeds() {
        make("steady", 3, ONE_BY_ONE, true);
        rolledOut("steady");
        String version = api.get(api.apps("deployments")).version();
        change("steady", "2");
        int least = Integer.MAX_VALUE;
        int most = 0;
        try (Watch watch =
                api.watch(
                        api.apps(
                                        "deployments?watch=1&fieldSelector=metadata.name%3Dsteady&resourceVersion=")
                                + version)) {
            while (true) {
                JsonNode deployment = watch.next().path("object");
                least = Math.min(least, deployment.at("/status/availableReplicas").asInt());
                most = Math.max(most, deployment.at("/status/replicas").asInt());
                if (deployment.at("/status/updatedReplicas").asInt() == 3
                        && deployment.at("/status/replicas").asInt() == 3
                        && deployment.at("/status/availableReplicas").asInt() == 3
                        && deployment.at("/status/observedGeneration").asInt()
                                == deployment.at("/metadata/generation").asInt()) {
                    break;
                }
            }
        }
        assertThat(least).isGreaterThanOrEqualTo(3);
        assertThat(most).isEqualTo(4);
    }

    @Test
    void percentagesRoundSurgeUpAndUnavailabilityDown() {
        // Of five: 25% is two more at most, and one fewer.
        make("rounded", 5, "{}", true);
        rolledOut("rounded");
        api.patch(
                        api.apps("deployments/rounded"),
                        Api.STRATEGIC,
                        """
                        {"spec": {"template": {"spec": {"containers": [
                          {"name": "main", "readinessProbe": {"exec": {"command": ["false"]}}}]}}}}
                        """)
                .orFail();

        JsonNode stuck =
                api.await(
                        api.apps("deployments/rounded"),
                        d ->
                                d.at("/status/updatedReplicas").asInt() == 3
                                        && d.at("/status/replicas").asInt() == 7
                                        && d.at("/status/availableReplicas").asInt() == 4);

        assertThat(stuck.at("/status/unavailableReplicas").asInt()).isEqualTo(3);
        kubectl.run("delete deployment rounded --wait=false -n " + api.namespace());
    }

    @Test
    void recreateStartsNoneBeforeTheLastHasEnded() {
        make("recreated", 2, "{\"type\": \"Recreate\"}", true);
        rolledOut("recreated");
        JsonNode before = api.get(api.core("pods?labelSelector=app%3Drecreated")).body();
        Set<String> running = new HashSet<>();
        before.path("items").forEach(pod -> running.add(pod.at("/metadata/name").asText()));
        assertThat(running).hasSize(2);
        change("recreated", "2");
        try (Watch watch =
                api.watch(
                        api.core("pods?watch=1&labelSelector=app%3Drecreated&resourceVersion=")
                                + before.at("/metadata/resourceVersion").asText())) {
            JsonNode event = watch.next();
            while (!event.path("type").asText().equals("ADDED")) {
                JsonNode pod = event.path("object");
                if (event.path("type").asText().equals("DELETED")
                        || Set.of("Succeeded", "Failed")
                                .contains(pod.at("/status/phase").asText())) {
                    running.remove(pod.at("/metadata/name").asText());
                }
                event = watch.next();
            }
        }
        assertThat(running).isEmpty();
        rolledOut("recreated");
    }

    @Test
    void everyTemplateHasItsReplicaSetAndRevision() {
        make("revised", 1, ONE_BY_ONE, true);
        rolledOut("revised");
        change("revised", "2");
        rolledOut("revised");

        JsonNode deployment = api.get(api.apps("deployments/revised")).body();
        assertThat(
                        deployment
                                .at("/metadata/annotations/deployment.kubernetes.io~1revision")
                                .asText())
                .isEqualTo("2");
        JsonNode sets = sets("revised");
        assertThat(sets).hasSize(2);
        for (JsonNode set : sets) {
            String hash = set.at("/metadata/labels/pod-template-hash").asText();
            assertThat(set.at("/metadata/name").asText()).isEqualTo("revised-" + hash);
            assertThat(set.at("/spec/selector/matchLabels/pod-template-hash").asText())
                    .isEqualTo(hash);
            assertThat(set.at("/metadata/ownerReferences/0/name").asText()).isEqualTo("revised");
        }
    }

    @Test
    void undoBringsTheOldReplicaSetBackUnderANewNumber() {
        make("undone", 1, ONE_BY_ONE, true);
        rolledOut("undone");
        String first = sets("undone").at("/0/metadata/name").asText();
        change("undone", "2");
        rolledOut("undone");
        kubectl.run("rollout undo deployment/undone -n " + api.namespace());
        rolledOut("undone");

        JsonNode set = api.get(api.apps("replicasets/" + first)).body();
        assertThat(set.at("/status/availableReplicas").asInt()).isEqualTo(1);
        assertThat(set.at("/metadata/annotations/deployment.kubernetes.io~1revision").asText())
                .isEqualTo("3");
        assertThat(sets("undone")).hasSize(2);
    }

    @Test
    void aRestartMovesEveryPod() {
        make("restarted", 2, ONE_BY_ONE, true);
        rolledOut("restarted");
        String before =
                kubectl.run(
                        "get pods -l app=restarted -o jsonpath={.items[*].metadata.uid} -n "
                                + api.namespace());
        kubectl.run("rollout restart deployment/restarted -n " + api.namespace());
        rolledOut("restarted");
        api.await(
                api.core("pods?labelSelector=app%3Drestarted"),
                pods -> pods.path("items").size() == 2);

        assertThat(
                        kubectl.run(
                                "get pods -l app=restarted -o jsonpath={.items[*].metadata.uid} -n "
                                        + api.namespace()))
                .doesNotContain(before.split(" ")[0])
                .doesNotContain(before.split(" ")[1]);
    }

    @Test
    void aPausedDeploymentScalesButDoesNotRoll() {
        make("paused", 1, ONE_BY_ONE, true);
        rolledOut("paused");
        kubectl.run("rollout pause deployment/paused -n " + api.namespace());
        change("paused", "2");
        kubectl.run("scale deployment/paused --replicas=2 -n " + api.namespace());
        api.await(
                api.apps("deployments/paused"),
                d -> d.at("/status/availableReplicas").asInt() == 2);

        assertThat(sets("paused")).hasSize(1);
        kubectl.run("rollout resume deployment/paused -n " + api.namespace());
        rolledOut("paused");
        assertThat(sets("paused")).hasSize(2);
    }

    @Test
    void aRolloutThatGetsNowhereSaysSo() {
        make("late", 1, ONE_BY_ONE, true);
        rolledOut("late");
        api.patch(
                        api.apps("deployments/late"),
                        Api.STRATEGIC,
                        """
                        {"spec": {"progressDeadlineSeconds": 3, "template": {"spec": {"containers": [
                          {"name": "main", "readinessProbe": {"exec": {"command": ["false"]}}}]}}}}
                        """)
                .orFail();

        JsonNode late =
                api.await(
                        api.apps("deployments/late"),
                        d -> condition(d, "Progressing").path("status").asText().equals("False"));

        assertThat(condition(late, "Progressing").path("reason").asText())
                .isEqualTo("ProgressDeadlineExceeded");
        assertThat(condition(late, "Available").path("status").asText()).isEqualTo("True");
    }

    @Test
    void availableIsWhoHasBeenReadyForLongEnough() {
        make("patient", 0, ONE_BY_ONE, true);
        api.patch(
                        api.apps("deployments/patient"),
                        Api.MERGE,
                        "{\"spec\": {\"minReadySeconds\": 4, \"replicas\": 1}}")
                .orFail();

        JsonNode ready =
                api.await(
                        api.apps("deployments/patient"),
                        d -> d.at("/status/readyReplicas").asInt() == 1);
        assertThat(ready.at("/status/availableReplicas").asInt()).isZero();
        api.await(
                api.apps("deployments/patient"),
                d -> d.at("/status/availableReplicas").asInt() == 1);
    }

    @Test
    void aDeletedPodIsReplaced() {
        make("healed", 1, ONE_BY_ONE, true);
        rolledOut("healed");
        kubectl.run("delete pod -l app=healed --wait=false -n " + api.namespace());

        api.await(
                api.core("pods?labelSelector=app%3Dhealed"),
                pods ->
                        pods.path("items").size() == 1
                                && !pods.at("/items/0/metadata").has("deletionTimestamp"));
        rolledOut("healed");
    }

    @Test
    void theScaleSubresourceTellsAndSets() {
        make("scaled", 0, ONE_BY_ONE, true);

        JsonNode scale = api.get(api.apps("deployments/scaled/scale")).orFail().body();
        assertThat(scale.path("kind").asText()).isEqualTo("Scale");
        assertThat(scale.at("/status/selector").asText()).isEqualTo("app=scaled");
        api.patch(api.apps("deployments/scaled/scale"), Api.MERGE, "{\"spec\": {\"replicas\": 2}}")
                .orFail();
        assertThat(api.get(api.apps("deployments/scaled")).body().at("/spec/replicas").asInt())
                .isEqualTo(2);
        kubectl.run("delete deployment scaled --wait=false -n " + api.namespace());
    }

    @Test
    void whatADeploymentOwnsGoesWithIt() {
        make("owner", 1, ONE_BY_ONE, true);
        rolledOut("owner");
        kubectl.run("delete deployment owner -n " + api.namespace());

        api.await(
                api.apps("replicasets?labelSelector=app%3Downer"),
                sets -> sets.path("items").isEmpty());
        api.await(api.core("pods?labelSelector=app%3Downer"), pods -> pods.path("items").isEmpty());
    }

    @Test
    void orphansStay() {
        make("parent", 0, ONE_BY_ONE, true);
        api.await(
                api.apps("replicasets?labelSelector=app%3Dparent"),
                sets -> sets.path("items").size() == 1);
        kubectl.run("delete deployment parent --cascade=orphan -n " + api.namespace());

        JsonNode set = sets("parent").path(0);
        assertThat(set.isObject()).isTrue();
        assertThat(set.path("metadata").has("ownerReferences")).isFalse();
    }

    @Test
    void aSelectorThatItsOwnPodsDoNotMatchIsRefused() {
        var answer =
                api.post(
                        api.apps("deployments"),
                        Shapes.deployment("mismatched", 1, "{}", "1", true)
                                .replace(
                                        "\"matchLabels\": {\"app\": \"mismatched\"}",
                                        "\"matchLabels\": {\"app\": \"other\"}"));

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains("`selector` does not match template `labels`");
    }

    static JsonNode condition(JsonNode object, String type) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return object.path("no such condition");
    }
}
