// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.contract.Api.Answer;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Pods: order, environment, volumes, probes, ends. */
@Contract
class PodContractIT {

    private final Api api;
    private final Kubectl kubectl;

    PodContractIT(Kubectl kubectl) {
        this.kubectl = kubectl;
        api = new Api(kubectl, "contract-pod");
    }

    @AfterAll
    void close() {
        api.close();
    }

    private void make(String name, String spec) {
        api.post(
                        api.core("pods"),
                        """
                        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "labels": {"app": "%s"},
                         "annotations": {"note": "said"}},
                         "spec": {"terminationGracePeriodSeconds": 2, %s}}
                        """
                                .formatted(name, name, spec))
                .orFail();
    }

    private String ended(String name) {
        api.await(
                api.core("pods/" + name),
                pod -> List.of("Succeeded", "Failed").contains(pod.at("/status/phase").asText()));
        return kubectl.run("logs " + name + " -n " + api.namespace());
    }

    private JsonNode ready(String name) {
        return api.await(
                api.core("pods/" + name),
                pod ->
                        RolloutContractIT.condition(pod, "Ready")
                                .path("status")
                                .asText()
                                .equals("True"));
    }

    private Ended exec(String pod, String script) {
        return kubectl.attempt(
                List.of("exec", pod, "-n", api.namespace(), "--", "bash", "-c", script));
    }

    @Test
    void initContainersRunOneAfterAnotherBeforeTheOthers() {
        String mount = ", \"volumeMounts\": [{\"name\": \"v\", \"mountPath\": \"/v\"}]";
        make(
                "ordered",
                "\"restartPolicy\": \"Never\", \"volumes\": [{\"name\": \"v\", \"emptyDir\": {}}], \"initContainers\": ["
                        + Shapes.container("one", "sleep 1; echo one >> /v/f", mount)
                        + ","
                        + Shapes.container("two", "echo two >> /v/f", mount)
                        + "], \"containers\": ["
                        + Shapes.container("main", "echo three >> /v/f; cat /v/f", mount)
                        + "]");

        assertThat(ended("ordered").lines()).containsExactly("one", "two", "three");
    }

    @Test
    void anInitContainerThatFailsFailsThePod() {
        make(
                "failing",
                "\"restartPolicy\": \"Never\", \"initContainers\": ["
                        + Shapes.container("one", "exit 3", "")
                        + "], \"containers\": ["
                        + Shapes.container("main", "echo never", "")
                        + "]");

        JsonNode pod =
                api.await(
                        api.core("pods/failing"),
                        p -> p.at("/status/phase").asText().equals("Failed"));

        assertThat(pod.at("/status/initContainerStatuses/0/state/terminated/exitCode").asInt())
                .isEqualTo(3);
        assertThat(pod.at("/status/containerStatuses/0/state/waiting/reason").asText())
                .isEqualTo("PodInitializing");
    }

    /** All of them write into one file, which the sidecar shows at its end. */
    private static String accompanied(String main) {
        String mount = ", \"volumeMounts\": [{\"name\": \"v\", \"mountPath\": \"/v\"}]";
        return "\"restartPolicy\": \"Never\", \"volumes\": [{\"name\": \"v\", \"emptyDir\": {}}], \"initContainers\": ["
                + Shapes.container(
                        "sidecar",
                        "trap 'echo sidecar ends >> /v/f; cat /v/f; exit 0' TERM; sleep 1;"
                                + " echo sidecar is up >> /v/f; touch /v/up; sleep 1000 & wait",
                        mount
                                + ", \"restartPolicy\": \"Always\","
                                + " \"startupProbe\": {\"exec\": {\"command\": [\"test\", \"-f\", \"/v/up\"]}, \"periodSeconds\": 1, \"failureThreshold\": 30}")
                + ","
                + Shapes.container("step", "echo step >> /v/f", mount)
                + "], \"containers\": ["
                + Shapes.container("main", main, mount)
                + "]";
    }

    @Test
    void aSidecarStartsFirstAndEndsLast() {
        make(
                "accompanied",
                accompanied("echo main begins >> /v/f; sleep 1; echo main ends >> /v/f"));

        JsonNode pod =
                api.await(
                        api.core("pods/accompanied"),
                        p -> p.at("/status/phase").asText().equals("Succeeded"));

        assertThat(kubectl.run("logs accompanied -c sidecar -n " + api.namespace()).lines())
                .containsExactly(
                        "sidecar is up", "step", "main begins", "main ends", "sidecar ends");
        assertThat(pod.at("/status/initContainerStatuses/0/state/terminated/exitCode").asInt(-1))
                .isZero();
    }

    @Test
    void aSidecarOfADeletedPodEndsLastToo() throws IOException {
        make(
                "dismissed",
                accompanied(
                        "trap 'sleep 1; echo main ends >> /v/f; exit 0' TERM; echo main begins >> /v/f; sleep 1000 & wait"));
        ready("dismissed");
        Process log = kubectl.start("logs -f dismissed -c sidecar -n " + api.namespace());
        kubectl.run("delete pod dismissed --grace-period=20 -n " + api.namespace());

        assertThat(log.inputReader(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "sidecar is up", "step", "main begins", "main ends", "sidecar ends");
    }

    @Test
    void aContainerKnowsItsPod() {
        make(
                "aware",
                "\"restartPolicy\": \"Never\", \"containers\": ["
                        + Shapes.container(
                                "main",
                                "echo $NAME $SPACE $IP $NOTE $BOTH $CPU",
                                """
                                , "env": [
                                  {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                                  {"name": "SPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
                                  {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
                                  {"name": "NOTE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['note']"}}},
                                  {"name": "BOTH", "value": "$(NAME)-$(SPACE)"},
                                  {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "requests.cpu", "divisor": "1m"}}}]
                                """)
                        + "]");

        assertThat(ended("aware")).matches("aware contract-pod [0-9.]+ said aware-contract-pod 5");
    }

    @Test
    void configMapsAndSecretsBecomeFilesAndVariables() {
        api.post(api.core("configmaps"), Shapes.configMap("settings", "\"colour\": \"blue\""))
                .orFail();
        api.post(
                        api.core("secrets"),
                        """
                        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "word"}, "stringData": {"key": "sesame"}}
                        """)
                .orFail();
        make(
                "configured",
                """
                "restartPolicy": "Never", "volumes": [
                  {"name": "c", "configMap": {"name": "settings"}},
                  {"name": "s", "secret": {"secretName": "word", "items": [{"key": "key", "path": "deep/key"}]}}],
                "containers": [%s]
                """
                        .formatted(
                                Shapes.container(
                                        "main",
                                        "cat /c/colour; echo; cat /s/deep/key; echo; echo $colour $KEY",
                                        """
                                        , "envFrom": [{"configMapRef": {"name": "settings"}}],
                                          "env": [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "word", "key": "key"}}}],
                                          "volumeMounts": [{"name": "c", "mountPath": "/c"}, {"name": "s", "mountPath": "/s"}]
                                        """)));

        assertThat(ended("configured").lines()).containsExactly("blue", "sesame", "blue sesame");
    }

    @Test
    void aPodWithoutItsConfigMapWaits() {
        make(
                "waiting",
                "\"containers\": ["
                        + Shapes.container(
                                "main",
                                Shapes.SLEEP,
                                ", \"envFrom\": [{\"configMapRef\": {\"name\": \"later\"}}]")
                        + "]");

        JsonNode pod =
                api.await(
                        api.core("pods/waiting"),
                        p ->
                                p.at("/status/containerStatuses/0/state/waiting/reason")
                                        .asText()
                                        .equals("CreateContainerConfigError"));
        assertThat(pod.at("/status/containerStatuses/0/state/waiting/message").asText())
                .isEqualTo("configmap \"later\" not found");
        api.post(api.core("configmaps"), Shapes.configMap("later", "\"a\": \"1\"")).orFail();
        ready("waiting");
    }

    @Test
    void readinessFollowsItsProbe() {
        make(
                "moody",
                "\"containers\": ["
                        + Shapes.container(
                                "main",
                                Shapes.SLEEP,
                                ", \"readinessProbe\": {\"exec\": {\"command\": [\"test\", \"-f\", \"/tmp/ready\"]}, \"periodSeconds\": 1, \"failureThreshold\": 1}")
                        + "]");
        api.await(
                api.core("pods/moody"),
                p ->
                        p.at("/status/containerStatuses/0/started").asBoolean()
                                && !p.at("/status/containerStatuses/0/ready").asBoolean());
        exec("moody", "touch /tmp/ready").orFail();
        ready("moody");
        exec("moody", "rm /tmp/ready").orFail();

        JsonNode pod =
                api.await(
                        api.core("pods/moody"),
                        p ->
                                RolloutContractIT.condition(p, "Ready")
                                        .path("status")
                                        .asText()
                                        .equals("False"));
        assertThat(pod.at("/status/containerStatuses/0/restartCount").asInt()).isZero();
        assertThat(RolloutContractIT.condition(pod, "Ready").path("reason").asText())
                .isEqualTo("ContainersNotReady");
    }

    @Test
    void aLivenessProbeThatFailsRestartsTheContainer() {
        make(
                "sickly",
                "\"containers\": ["
                        + Shapes.container(
                                "main",
                                "echo started; " + Shapes.SLEEP,
                                ", \"livenessProbe\": {\"exec\": {\"command\": [\"test\", \"!\", \"-f\", \"/tmp/sick\"]}, \"periodSeconds\": 1, \"failureThreshold\": 1}")
                        + "]");
        ready("sickly");
        exec("sickly", "touch /tmp/sick").orFail();

        JsonNode pod =
                api.await(
                        api.core("pods/sickly"),
                        p ->
                                p.at("/status/containerStatuses/0/restartCount").asInt() == 1
                                        && p.at("/status/containerStatuses/0/state")
                                                .has("running"));

        assertThat(pod.at("/status/containerStatuses/0/lastState").has("terminated")).isTrue();
        assertThat(kubectl.run("logs sickly --previous -n " + api.namespace()))
                .isEqualTo("started");
    }

    @Test
    void aStartupProbeHoldsTheOthersBack() {
        make(
                "slow",
                "\"containers\": ["
                        + Shapes.container(
                                "main",
                                "sleep 3; touch /tmp/up; " + Shapes.SLEEP,
                                ", \"startupProbe\": {\"exec\": {\"command\": [\"test\", \"-f\", \"/tmp/up\"]}, \"periodSeconds\": 1, \"failureThreshold\": 30},"
                                        + " \"livenessProbe\": {\"exec\": {\"command\": [\"test\", \"-f\", \"/tmp/up\"]}, \"periodSeconds\": 1, \"failureThreshold\": 1}")
                        + "]");

        JsonNode pod = ready("slow");

        assertThat(pod.at("/status/containerStatuses/0/restartCount").asInt()).isZero();
        assertThat(pod.at("/status/containerStatuses/0/started").asBoolean()).isTrue();
    }

    @Test
    void aContainerThatEndsIsStartedAgain() {
        make("crashing", "\"containers\": [" + Shapes.container("main", "exit 7", "") + "]");

        JsonNode pod =
                api.await(
                        api.core("pods/crashing"),
                        // Between two starts a kubelet may show the end or the back-off.
                        p -> p.at("/status/containerStatuses/0/restartCount").asInt() >= 2);

        assertThat(pod.at("/status/containerStatuses/0/lastState/terminated/exitCode").asInt())
                .isEqualTo(7);
    }

    @Test
    void anEndIsAnnouncedByPreStopThenTerm() throws IOException {
        make(
                "graceful",
                "\"containers\": ["
                        + Shapes.container(
                                "main",
                                "trap 'echo term; exit 0' TERM; echo up; sleep 1000 & wait",
                                ", \"lifecycle\": {\"preStop\": {\"exec\": {\"command\": [\"bash\", \"-c\", \"echo prestop > /proc/1/fd/1\"]}}}")
                        + "]");
        ready("graceful");
        Process log = kubectl.start("logs -f graceful -n " + api.namespace());
        BufferedReader lines = log.inputReader(StandardCharsets.UTF_8);
        assertThat(lines.readLine()).isEqualTo("up");
        kubectl.run("delete pod graceful -n " + api.namespace());

        assertThat(lines.lines()).containsExactly("prestop", "term");
        assertThat(api.get(api.core("pods/graceful")).code()).isEqualTo(404);
    }

    @Test
    void whoDoesNotGoIsKilledWhenItsTimeIsOver() {
        make(
                "stubborn",
                "\"containers\": ["
                        + Shapes.container("main", "trap '' TERM; while true; do sleep 1; done", "")
                        + "]");
        ready("stubborn");
        long start = System.nanoTime();
        kubectl.run("delete pod stubborn --timeout=60s -n " + api.namespace());

        assertThat((System.nanoTime() - start) / 1_000_000).isBetween(1_500L, 20_000L);
    }

    @Test
    void execBringsOutputAndExitCode() {
        make("busy", "\"containers\": [" + Shapes.container("main", Shapes.SLEEP, "") + "]");
        ready("busy");

        Ended ended = exec("busy", "echo out; echo err >&2; exit 5");

        assertThat(ended.out()).isEqualTo("out\n");
        assertThat(ended.err()).startsWith("err\n");
        assertThat(ended.exit()).isEqualTo(5);
    }

    @Test
    void execTakesALongCommand() {
        make("long", "\"containers\": [" + Shapes.container("main", Shapes.SLEEP, "") + "]");
        ready("long");

        assertThat(exec("long", "x=" + "a".repeat(70_000) + "; echo ${#x}").out())
                .isEqualTo("70000\n");
    }

    @Test
    void execOfAContainerThatIsNotThereIsRefused() {
        make("single", "\"containers\": [" + Shapes.container("main", Shapes.SLEEP, "") + "]");
        ready("single");

        Ended ended = kubectl.attempt("exec single -c other -n " + api.namespace() + " -- true");

        assertThat(ended.exit()).isNotZero();
        assertThat(ended.err()).contains("other");
    }

    @Test
    void logsCanBeCutAndFollowed() {
        make(
                "chatty",
                "\"restartPolicy\": \"Never\", \"containers\": ["
                        + Shapes.container("main", "for i in 1 2 3; do echo $i; sleep 1; done", "")
                        + "]");
        ready("chatty");

        String all = kubectl.run("logs -f chatty -n " + api.namespace());
        String last = kubectl.run("logs chatty --tail=1 -n " + api.namespace());

        assertThat(all.lines()).containsExactly("1", "2", "3");
        assertThat(last).isEqualTo("3");
    }

    @Test
    void aPodIsWhoItsUserIs() {
        make(
                "limited",
                "\"restartPolicy\": \"Never\", \"securityContext\": {\"fsGroup\": 1337},"
                        + " \"volumes\": [{\"name\": \"v\", \"emptyDir\": {}}], \"containers\": ["
                        + Shapes.container(
                                "main",
                                "id -u; id -g; touch /v/f && echo wrote; touch /f 2>/dev/null || echo read-only",
                                ", \"securityContext\": {\"runAsUser\": 1234, \"runAsGroup\": 2345, \"readOnlyRootFilesystem\": true},"
                                        + " \"volumeMounts\": [{\"name\": \"v\", \"mountPath\": \"/v\"}]")
                        + "]");

        assertThat(ended("limited").lines()).containsExactly("1234", "2345", "wrote", "read-only");
    }

    @Test
    void aPodTooBigForAnyNodeWaits() {
        make(
                "huge",
                "\"containers\": ["
                        + Shapes.container("main", "true", "").replace("\"5m\"", "\"5000\"")
                        + "]");

        JsonNode pod =
                api.await(
                        api.core("pods/huge"),
                        p ->
                                RolloutContractIT.condition(p, "PodScheduled")
                                        .path("reason")
                                        .asText()
                                        .equals("Unschedulable"));

        assertThat(RolloutContractIT.condition(pod, "PodScheduled").path("message").asText())
                .contains("Insufficient cpu");
    }

    @Test
    void aPodsSpecIsNotChanged() {
        make("settled", "\"containers\": [" + Shapes.container("main", Shapes.SLEEP, "") + "]");

        Answer answer =
                api.patch(
                        api.core("pods/settled"),
                        Api.MERGE,
                        "{\"spec\": {\"hostname\": \"other\"}}");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains("pod updates may not change fields other than");
    }

    @Test
    void anUnknownImageIsSaidToBeOne() {
        make(
                "imageless",
                "\"containers\": [{\"name\": \"main\", \"image\": \"localhost/no-such-image:1\", \"imagePullPolicy\": \"Never\"}]");

        api.await(
                api.core("pods/imageless"),
                p ->
                        p.at("/status/containerStatuses/0/state/waiting/reason")
                                .asText()
                                .equals("ErrImageNeverPull"));
    }

    @Test
    void aNamespaceGoesWithAllThatIsInIt() {
        kubectl.run("create namespace contract-doomed");
        String pods = "/api/v1/namespaces/contract-doomed/pods";
        Waiting.until(
                "the pod",
                () -> api.post(pods, Shapes.pod("inmate", "", Shapes.SLEEP)).code() == 201);
        kubectl.run("delete namespace contract-doomed --timeout=90s");

        assertThat(api.get(pods + "/inmate").code()).isEqualTo(404);
        assertThat(api.get("/api/v1/namespaces/contract-doomed").code()).isEqualTo(404);
    }
}
