// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** What a node has to do, each with real processes; {@link NodeIT} runs them. */
final class NodeScenarios {

    private final NodeStage stage;

    NodeScenarios(NodeStage stage) {
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

    private static String java(String program) {
        return System.getProperty("java.home") + "/bin/" + program;
    }

    private static JsonNode waiting(JsonNode pod, String container) {
        return NodeStage.container(pod, container).path("state").path("waiting");
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
        java.nio.file.Path data = stage.home.resolve("node/data");
        java.nio.file.Path file =
                data.resolve(pod.path("metadata").path("uid").asText()).resolve("shared/order");
        java.nio.file.Path kept = stage.home.resolve("order-of-the-end");
        java.nio.file.Files.createLink(kept, file);
        stage.delete("sidecars");
        stage.awaitGone("sidecars");
        assertThat(java.nio.file.Files.readAllLines(kept).subList(3, 7))
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

    void asksByHttpAndTcpFromTheNode() throws Exception {
        stage.pod(
                "web",
                """
                containers:
                  - name: main
                    image: tools:1
                    command: ['%s', -b, 0.0.0.0, -p, '8080', -d, /opt/serin]
                    ports: [{name: http, containerPort: 8080}]
                    startupProbe: {tcpSocket: {port: 8080}, periodSeconds: 1, failureThreshold: 60}
                    readinessProbe: {httpGet: {path: /run, port: http, httpHeaders: [{name: Host, value: there}]}, periodSeconds: 1}
                  - name: wrong
                    image: tools:1
                    readinessProbe: {httpGet: {path: /none, port: 8080}, periodSeconds: 1}
                """
                        .formatted(java("jwebserver")));
        JsonNode pod =
                stage.await("web", p -> NodeStage.container(p, "main").path("ready").asBoolean());
        assertThat(NodeStage.isReady(pod)).isFalse();
        stage.await(
                "web",
                _ ->
                        stage.events("web")
                                .contains(
                                        "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404"));
        assertThat(stage.shell("web", "wrong", "curl -s http://127.0.0.1:8080/Dockerfile"))
                .contains("FROM scratch");
        stage.pod("caller", "{containers: [{name: main, image: 'tools:1'}]}");
        stage.awaitReady("caller");
        assertThat(
                        stage.shell(
                                "caller",
                                "main",
                                "curl -s http://"
                                        + pod.path("status").path("podIP").asText()
                                        + ":8080/Dockerfile"))
                .contains("FROM scratch");
        try (java.nio.channels.SocketChannel forwarded = stage.node.connect("test", "web", 8080)) {
            var _ =
                    forwarded.write(
                            java.nio.ByteBuffer.wrap(
                                    "GET /run HTTP/1.0\r\n\r\n"
                                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            java.nio.ByteBuffer answer = java.nio.ByteBuffer.allocate(12);
            while (answer.hasRemaining() && forwarded.read(answer) >= 0) {}
            assertThat(new String(answer.array(), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
        }
    }

    void givesTheEnvironmentThatTheSpecSays() throws Exception {
        stage.create(
                io.serin.local.api.Resources.CONFIG_MAPS,
                "{metadata: {name: settings}, data: {color: blue, size: xl}}");
        stage.create(
                io.serin.local.api.Resources.SECRETS,
                "{metadata: {name: keys}, data: {password: c2VjcmV0}}");
        stage.create(
                io.serin.local.api.Resources.SERVICES,
                "{metadata: {name: kubernetes, namespace: default}, spec: {clusterIP: 10.96.0.1, ports: [{name: https, port: 443}]}}");
        stage.create(
                io.serin.local.api.Resources.SERVICES,
                "{metadata: {name: my-db}, spec: {clusterIP: 10.96.0.7, ports: [{port: 5432}]}}");
        stage.pod(
                "env",
                """
                serviceAccountName: robot
                containers:
                  - name: main
                    image: tools:1
                    resources: {limits: {cpu: 1500m, memory: 64Mi}}
                    command: [sleep, '1000']
                    envFrom: [{configMapRef: {name: settings}, prefix: P_}, {secretRef: {name: nothing, optional: true}}]
                    env:
                      - {name: PLAIN, value: a}
                      - {name: EXPANDED, value: '$(PLAIN)-$(MISSING)-$$(PLAIN)-$(P_color)'}
                      - {name: dotted.name, value: kept}
                      - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                      - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                      - {name: HOST, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}
                      - {name: ACCOUNT, valueFrom: {fieldRef: {fieldPath: spec.serviceAccountName}}}
                      - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
                      - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
                      - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color}}}
                      - {name: PASSWORD, valueFrom: {secretKeyRef: {name: keys, key: password}}}
                      - {name: NONE, valueFrom: {secretKeyRef: {name: keys, key: other, optional: true}}}
                """);
        String address = stage.awaitReady("env").path("status").path("podIP").asText();
        assertThat(stage.exec("env", "main", "env").lines())
                .contains(
                        "FROM_IMAGE=yes",
                        "PLAIN=a",
                        "EXPANDED=a-$(MISSING)-$(PLAIN)-blue",
                        "dotted.name=kept",
                        "POD=env",
                        "IP=" + address,
                        "HOST=10.244.0.1",
                        "ACCOUNT=robot",
                        "CPU=2",
                        "MEMORY=64",
                        "COLOR=blue",
                        "P_size=xl",
                        "PASSWORD=secret",
                        "HOSTNAME=env",
                        "KUBERNETES_SERVICE_HOST=10.96.0.1",
                        "KUBERNETES_SERVICE_PORT_HTTPS=443",
                        "MY_DB_SERVICE_PORT=5432",
                        "MY_DB_PORT=tcp://10.96.0.7:5432")
                .noneMatch(line -> line.startsWith("NONE="));
        stage.delete("env");
    }

    void showsVolumesAndKeepsThemUpToDate() throws Exception {
        stage.create(
                io.serin.local.api.Resources.CONFIG_MAPS,
                "{metadata: {name: shown}, data: {a: one, b: two}}");
        stage.pod(
                "volumes",
                """
                securityContext: {fsGroup: 2000}
                volumes:
                  - {name: config, configMap: {name: shown, defaultMode: 256}}
                  - {name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
                  - name: info
                    downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}
                  - name: all
                    projected:
                      sources:
                        - {serviceAccountToken: {path: token, audience: istio-ca, expirationSeconds: 7200}}
                        - {configMap: {name: shown, items: [{key: b, path: sub/b}]}}
                        - {secret: {name: missing, optional: true}}
                containers:
                  - name: main
                    image: tools:1
                    command: [sleep, '1000']
                    volumeMounts:
                      - {name: config, mountPath: /etc/config}
                      - {name: config, mountPath: /etc/only-a, subPath: a}
                      - {name: memory, mountPath: /deep/down/memory}
                      - {name: info, mountPath: /etc/podinfo}
                      - {name: all, mountPath: /var/run/secrets/all}
                """);
        stage.awaitReady("volumes");
        String said =
                stage.shell(
                        "volumes",
                        "main",
                        "cat /etc/config/a /etc/only-a; echo; cat /var/run/secrets/all/token; echo;"
                                + " cat /run/secrets/all/sub/b; echo; stat -Lc '%a %g' /etc/config/a;"
                                + " touch /etc/config/x 2>/dev/null || echo read-only;"
                                + " head -c 2000000 /dev/zero > /deep/down/memory/x 2>/dev/null || echo full;"
                                + " readlink /etc/config/a; id -G");
        assertThat(said.lines())
                .anyMatch("oneone"::equals)
                .anyMatch(line -> line.matches("token-\\d+-istio-ca-7200"))
                .contains("two", "440 2000", "read-only", "full", "..data/a", "0 2000");
        var _ =
                stage.api.edit(
                        io.serin.local.api.Resources.CONFIG_MAPS,
                        "test",
                        "shown",
                        map -> {
                            map.withObject("/data").put("a", "new").put("c", "three").remove("b");
                            return map;
                        });
        var _ =
                stage.api.edit(
                        io.serin.local.api.Resources.PODS,
                        "test",
                        "volumes",
                        pod -> {
                            pod.withObject("/metadata").putObject("labels").put("late", "y\"es");
                            return pod;
                        });
        org.awaitility.Awaitility.await()
                .until(() ->
                        stage.shell(
                                        "volumes",
                                        "main",
                                        "cat /etc/config/a /etc/config/c /etc/podinfo/labels")
                                .equals("newthreelate=\"y\\\"es\""));
        assertThat(java.nio.file.Files.exists(java.nio.file.Path.of("/deep"))).isFalse();
        stage.delete("volumes");
        stage.awaitGone("volumes");
    }

    void runsAsWhomTheSpecSays() throws Exception {
        stage.pod(
                "user",
                """
                containers:
                  - name: image
                    image: user:1
                  - name: stderr
                    image: user:1
                    command: [sh, -c, 'echo words > /dev/stderr; exec sleep 1000']
                  - name: strict
                    image: tools:1
                    securityContext:
                      runAsUser: 1234
                      runAsGroup: 4321
                      runAsNonRoot: true
                      allowPrivilegeEscalation: false
                      readOnlyRootFilesystem: true
                      seccompProfile: {type: RuntimeDefault}
                      capabilities: {drop: [ALL]}
                  - name: admin
                    image: tools:1
                    securityContext: {capabilities: {add: [NET_ADMIN, NET_RAW], drop: [ALL]}}
                """);
        stage.awaitReady("user");
        assertThat(stage.shell("user", "image", "id -u; id -g")).isEqualTo("1337\n1337");
        assertThat(stage.logs("user", "stderr")).isEqualTo("words\n");
        assertThat(stage.logs("user", "image")).isEqualTo("image ran default\n");
        assertThat(
                        stage.shell(
                                "user",
                                "strict",
                                "id -u; id -g; grep -E 'CapBnd|NoNewPrivs' /proc/1/status;"
                                        + " touch /x 2>/dev/null || echo read-only"))
                .isEqualTo("1234\n4321\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\nread-only");
        assertThat(
                        stage.shell(
                                "user",
                                "admin",
                                "grep CapEff /proc/1/status; nft add table ip t && nft list tables"))
                .isEqualTo("CapEff:\t0000000000003000\ntable ip t");
        stage.delete("user");
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
        stage.create(
                io.serin.local.api.Resources.CONFIG_MAPS,
                "{metadata: {name: later}, data: {a: b}}");
        stage.awaitReady("no-key");
        stage.awaitReady("no-volume");
        for (String pod : java.util.List.of("refused", "no-image", "no-key")) {
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
                io.serin.local.api.Resources.PODS,
                "test",
                "hurried",
                new io.serin.local.api.DeleteOptions(
                        java.util.Optional.of(1),
                        io.serin.local.api.DeleteOptions.Propagation.BACKGROUND));
        stage.awaitGone("hurried");
    }

    void writesTheFilesOfNames() throws Exception {
        stage.pod(
                "names",
                """
                hostname: known
                hostAliases: [{ip: 1.2.3.4, hostnames: [a.example, b.example]}]
                dnsConfig: {options: [{name: ndots, value: '2'}]}
                containers: [{name: main, image: 'tools:1'}]
                """);
        stage.pod(
                "own-dns",
                "{dnsPolicy: None, dnsConfig: {nameservers: [9.9.9.9], searches: [x.y]}, containers: [{name: main, image: 'tools:1'}]}");
        String address = stage.awaitReady("names").path("status").path("podIP").asText();
        stage.awaitReady("own-dns");
        assertThat(
                        stage.shell(
                                "names",
                                "main",
                                "hostname; tail -n 2 /etc/hosts; cat /etc/resolv.conf"))
                .isEqualTo(
                        "known\n"
                                + address
                                + "\tknown\n1.2.3.4\ta.example\tb.example\n"
                                + "search test.svc.cluster.local svc.cluster.local cluster.local\n"
                                + "nameserver 10.96.0.10\noptions ndots:2");
        assertThat(stage.shell("own-dns", "main", "cat /etc/resolv.conf"))
                .isEqualTo("search x.y\nnameserver 9.9.9.9");
    }

    void executesWithInputAndExitCode() throws Exception {
        stage.pod("exec", "{containers: [{name: main, image: 'tools:1'}]}");
        stage.awaitReady("exec");
        try (io.serin.local.api.Execution cat =
                stage.node.exec("test", "exec", "main", java.util.List.of("cat"), true, false)) {
            cat.stdin().write("through\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            cat.stdin().close();
            assertThat(
                            new String(
                                    cat.stdout().readAllBytes(),
                                    java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("through\n");
            assertThat(cat.exit().get()).isZero();
        }
        assertThat(stage.shell("exec", "main", "echo err >&2; exit 5")).isEqualTo("err exit 5");
        org.assertj.core.api.Assertions.assertThatThrownBy(() ->
                        stage.node.exec(
                                "test", "exec", "main", java.util.List.of("sh"), true, true))
                .hasMessageContaining("terminals");
    }

    /** Not one of the scenarios by itself: it never ends. */
    static void holdsAPod(NodeStage stage) throws InterruptedException {
        stage.pod("held", "{containers: [{name: main, image: 'tools:1'}]}");
        stage.awaitReady("held");
        System.out.println("holding");
        Thread.sleep(Duration.ofMinutes(5));
    }
}
