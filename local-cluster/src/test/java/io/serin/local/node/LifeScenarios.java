// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How containers start, go on and end, each with real processes; {@link NodeIT} runs them. */
final class LifeScenarios {

    private final NodeStage stage;

    LifeScenarios(NodeStage stage) {
        this.stage = stage;
    }

    void runsAContainerWithAnAddressLogsAndReadiness() throws Exception {
        stage.pod(
                "simple",
                """
                terminationGracePeriodSeconds: 5
                containers:
                  - name: main
                    image: tools:1
                    command: [sh, -c]
                    args: ["echo hello; trap 'echo bye; exit 0' TERM; while :; do sleep 0.1; done"]
                    readinessProbe: {exec: {command: [test, -e, /tmp/ready]}, periodSeconds: 1}
                """);
        JsonNode running =
                stage.await(
                        "simple",
                        pod -> pod.path("status").path("phase").asText().equals("Running"));
        assertThat(running.path("status").path("podIP").asText()).startsWith("10.244.");
        assertThat(NodeStage.isReady(running)).isFalse();
        assertThat(NodeStage.condition(running, "Initialized")).isEqualTo("True");
        assertThat(stage.shell("simple", "main", "touch /tmp/ready; hostname; id -u"))
                .isEqualTo("simple\n0");
        stage.awaitReady("simple");
        assertThat(stage.logs("simple", "main")).isEqualTo("hello\n");
        assertThat(
                        stage.shell(
                                "simple",
                                "main",
                                "readlink /proc/1/exe; ls /proc | grep -c '^[0-9]'"))
                .startsWith("/");
        stage.delete("simple");
        stage.awaitGone("simple");
    }

    void startsWithinItsTime() {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            String name = "quick" + i;
            long began = System.nanoTime();
            stage.pod(name, "{containers: [{name: main, image: 'tools:1'}]}");
            stage.await(name, NodeStage::isReady);
            best = Math.min(best, System.nanoTime() - began);
        }
        System.out.println("scheduled to ready: " + best / 1_000_000 + " ms");
        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofSeconds(2));
    }

    void startsInitContainersOneAfterTheOther() {
        stage.pod(
                "init",
                """
                restartPolicy: OnFailure
                volumes: [{name: shared, emptyDir: {}}]
                initContainers:
                  - {name: one, image: 'tools:1', command: [sh, -c, 'sleep 0.3; echo one >> /s/order'], volumeMounts: &m [{name: shared, mountPath: /s}]}
                  - {name: two, image: 'tools:1', command: [sh, -c, 'echo two >> /s/order; [ $(wc -l < /s/order) -gt 2 ]'], volumeMounts: *m}
                containers:
                  - {name: main, image: 'tools:1', command: [cat, /s/order], volumeMounts: *m}
                """);
        JsonNode pod =
                stage.await(
                        "init", p -> p.path("status").path("phase").asText().equals("Succeeded"));
        assertThat(stage.logs("init", "main")).isEqualTo("one\ntwo\ntwo\n");
        assertThat(NodeStage.container(pod, "two").path("restartCount").asInt()).isEqualTo(1);
        assertThat(
                        NodeStage.container(pod, "main")
                                .path("state")
                                .path("terminated")
                                .path("reason")
                                .asText())
                .isEqualTo("Completed");
        stage.delete("init");
        stage.awaitGone("init");
    }

    void failsThePodWithItsInitContainer() {
        stage.pod(
                "init-fails",
                """
                restartPolicy: Never
                initContainers: [{name: bad, image: 'tools:1', command: ['false']}]
                containers: [{name: main, image: 'tools:1'}]
                """);
        JsonNode pod =
                stage.await(
                        "init-fails",
                        p -> p.path("status").path("phase").asText().equals("Failed"));
        assertThat(
                        NodeStage.container(pod, "bad")
                                .path("state")
                                .path("terminated")
                                .path("exitCode")
                                .asInt())
                .isEqualTo(1);
        assertThat(waiting(pod, "main").path("reason").asText()).isEqualTo("PodInitializing");
    }

    void startsSidecarsFirstAndEndsThemLast() throws Exception {
        stage.pod(
                "sidecars",
                """
                terminationGracePeriodSeconds: 10
                volumes: [{name: shared, emptyDir: {}}]
                initContainers:
                  - name: first
                    image: tools:1
                    restartPolicy: Always
                    command: &c [sh, -c, 'echo $HOSTNAME start $0 >> /s/order; trap "echo end $0 >> /s/order; exit 0" TERM; sleep 0.3; touch /tmp/up; while :; do sleep 0.05; done', first]
                    startupProbe: &p {exec: {command: [test, -e, /tmp/up]}, periodSeconds: 1, failureThreshold: 30}
                    lifecycle: {preStop: {exec: {command: [sh, -c, 'echo hook first >> /s/order']}}}
                    volumeMounts: &m [{name: shared, mountPath: /s}]
                  - name: second
                    image: tools:1
                    restartPolicy: Always
                    command: [sh, -c, 'echo $HOSTNAME start $0 >> /s/order; trap "echo end $0 >> /s/order; exit 0" TERM; while :; do sleep 0.05; done', second]
                    volumeMounts: *m
                containers:
                  - name: main
                    image: tools:1
                    command: [sh, -c, 'echo $HOSTNAME start $0 >> /s/order; trap "sleep 0.5; echo end $0 >> /s/order; exit 0" TERM; while :; do sleep 0.05; done', main]
                    volumeMounts: *m
                """);
        JsonNode pod = stage.awaitReady("sidecars");
        assertThat(NodeStage.container(pod, "first").path("started").asBoolean()).isTrue();
        String order = stage.shell("sidecars", "main", "cat /s/order");
        assertThat(order)
                .isEqualTo("sidecars start first\nsidecars start second\nsidecars start main");
        Path data = stage.home.resolve("node/data");
        Path file = data.resolve(pod.path("metadata").path("uid").asText()).resolve("shared/order");
        Path kept = stage.home.resolve("order-of-the-end");
        Files.createLink(kept, file);
        stage.delete("sidecars");
        stage.awaitGone("sidecars");
        assertThat(Files.readAllLines(kept).subList(3, 7))
                .containsExactly("hook first", "end main", "end second", "end first");
    }

    void restartsWhatIsNotAlive() {
        stage.pod(
                "liveness",
                """
                terminationGracePeriodSeconds: 1
                containers:
                  - name: main
                    image: tools:1
                    command: [sh, -c, 'echo run; sleep 1000']
                    livenessProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 1, initialDelaySeconds: 1}
                """);
        JsonNode pod =
                stage.await(
                        "liveness",
                        p -> NodeStage.container(p, "main").path("restartCount").asInt() > 0);
        assertThat(
                        NodeStage.container(pod, "main")
                                .path("lastState")
                                .path("terminated")
                                .path("exitCode")
                                .asInt())
                .isEqualTo(137);
        assertThat(stage.events("liveness"))
                .anyMatch(event -> event.startsWith("Unhealthy: Liveness probe failed"))
                .anyMatch(event -> event.startsWith("Killing: Container main failed liveness"));
        stage.delete("liveness");
        stage.awaitGone("liveness");
    }

    void backsOffFromWhatCrashes() {
        stage.pod(
                "crash",
                """
                containers:
                  - {name: main, image: 'tools:1', command: [sh, -c, 'echo last words > /dev/termination-log; echo out; exit 3']}
                """);
        JsonNode pod =
                stage.await(
                        "crash",
                        p -> waiting(p, "main").path("reason").asText().equals("CrashLoopBackOff"));
        JsonNode status = NodeStage.container(pod, "main");
        assertThat(status.path("restartCount").asInt()).isPositive();
        JsonNode last = status.path("lastState").path("terminated");
        assertThat(last.path("exitCode").asInt()).isEqualTo(3);
        assertThat(last.path("message").asText()).isEqualTo("last words\n");
        assertThat(waiting(pod, "main").path("message").asText())
                .startsWith("back-off 600ms restarting failed container=main");
        assertThat(pod.path("status").path("phase").asText()).isEqualTo("Running");
        assertThat(stage.logs("crash", "main", true)).isEqualTo("out\n");
        stage.delete("crash");
        stage.awaitGone("crash");
    }

    void saysWhyItDoesNotStart() {
        stage.pod("no-image", "{containers: [{name: main, image: 'nothing:7'}]}");
        stage.pod(
                "refused",
                """
                hostNetwork: true
                volumes: [{name: h, hostPath: {path: /}}]
                containers: [{name: main, image: 'tools:1', securityContext: {privileged: true}, ports: [{containerPort: 80, hostPort: 80}]}]
                """);
        stage.pod(
                "root",
                "{containers: [{name: main, image: 'tools:1', securityContext: {runAsNonRoot: true}}]}");
        stage.pod(
                "no-program",
                "{restartPolicy: Never, containers: [{name: main, image: 'tools:1', command: [nonsense]}]}");
        stage.pod(
                "no-key",
                "{containers: [{name: main, image: 'tools:1', env: [{name: A, valueFrom: {configMapKeyRef: {name: later, key: a}}}]}]}");
        stage.pod(
                "no-volume",
                "{volumes: [{name: v, configMap: {name: later}}], containers: [{name: main, image: 'tools:1', volumeMounts: [{name: v, mountPath: /v}]}]}");
        JsonNode noImage =
                stage.await(
                        "no-image",
                        p ->
                                waiting(p, "main")
                                        .path("reason")
                                        .asText()
                                        .equals("ErrImageNeverPull"));
        assertThat(waiting(noImage, "main").path("message").asText())
                .contains("nothing:7", "tools:1, user:1");
        JsonNode refused =
                stage.await("refused", p -> !p.path("status").path("message").isMissingNode());
        assertThat(refused.path("status").path("phase").asText()).isEqualTo("Pending");
        assertThat(refused.path("status").path("message").asText())
                .contains(
                        "spec.hostNetwork: true",
                        "spec.volumes[h].hostPath",
                        "spec.containers[main].securityContext.privileged: true",
                        "spec.containers[main].ports.hostPort: 80");
        JsonNode root =
                stage.await(
                        "root",
                        p ->
                                waiting(p, "main")
                                        .path("reason")
                                        .asText()
                                        .equals("CreateContainerConfigError"));
        assertThat(waiting(root, "main").path("message").asText())
                .startsWith("container has runAsNonRoot and image will run as root");
        JsonNode noProgram =
                stage.await(
                        "no-program",
                        p -> p.path("status").path("phase").asText().equals("Failed"));
        JsonNode ended = NodeStage.container(noProgram, "main").path("state").path("terminated");
        assertThat(ended.path("reason").asText()).isEqualTo("StartError");
        assertThat(ended.path("message").asText())
                .contains("\"nonsense\": executable file not found");
        JsonNode noKey =
                stage.await(
                        "no-key",
                        p ->
                                waiting(p, "main")
                                        .path("reason")
                                        .asText()
                                        .equals("CreateContainerConfigError"));
        assertThat(waiting(noKey, "main").path("message").asText())
                .isEqualTo("configmap \"later\" not found");
        stage.await(
                "no-volume",
                _ ->
                        stage.events("no-volume").stream()
                                .anyMatch(e ->
                                        e.startsWith("FailedMount")
                                                && e.contains("\"later\" not found")));
        stage.create(Resources.CONFIG_MAPS, "{metadata: {name: later}, data: {a: b}}");
        stage.awaitReady("no-key");
        stage.awaitReady("no-volume");
        for (String pod : List.of("refused", "no-image", "no-key")) {
            stage.delete(pod);
        }
        stage.awaitGone("refused");
        stage.awaitGone("no-image");
        stage.awaitGone("no-key");
    }

    void killsWhatDoesNotEndInTime() {
        String stubborn =
                "{terminationGracePeriodSeconds: %d, containers: [{name: main, image: 'tools:1', command: [sh, -c, 'trap \"\" TERM; while :; do sleep 0.1; done']}]}";
        stage.pod("stubborn", stubborn.formatted(3));
        stage.pod("hurried", stubborn.formatted(600));
        stage.awaitReady("stubborn");
        stage.awaitReady("hurried");
        long began = System.nanoTime();
        stage.delete("stubborn");
        stage.delete("hurried");
        stage.awaitGone("stubborn");
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(9));
        stage.api.delete(
                Resources.PODS,
                "test",
                "hurried",
                new DeleteOptions(Optional.of(1), DeleteOptions.Propagation.BACKGROUND));
        stage.awaitGone("hurried");
    }

    private static JsonNode waiting(JsonNode pod, String container) {
        return NodeStage.container(pod, container).path("state").path("waiting");
    }
}
