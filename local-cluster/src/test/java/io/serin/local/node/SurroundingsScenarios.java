// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.Execution;
import io.serin.local.api.Resources;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * What a container finds and how it is reached, each with real processes; {@link NodeIT} runs them.
 */
final class SurroundingsScenarios {

    private final NodeStage stage;

    SurroundingsScenarios(NodeStage stage) {
        this.stage = stage;
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
        try (SocketChannel forwarded = stage.node.connect("test", "web", 8080)) {
            var _ =
                    forwarded.write(
                            ByteBuffer.wrap(
                                    "GET /run HTTP/1.0\r\n\r\n"
                                            .getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(12);
            while (answer.hasRemaining() && forwarded.read(answer) >= 0) {}
            assertThat(new String(answer.array(), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
        }
    }

    void givesTheEnvironmentThatTheSpecSays() throws Exception {
        stage.create(
                Resources.CONFIG_MAPS,
                "{metadata: {name: settings}, data: {color: blue, size: xl}}");
        stage.create(Resources.SECRETS, "{metadata: {name: keys}, data: {password: c2VjcmV0}}");
        stage.create(
                Resources.SERVICES,
                "{metadata: {name: kubernetes, namespace: default}, spec: {clusterIP: 10.96.0.1, ports: [{name: https, port: 443}]}}");
        stage.create(
                Resources.SERVICES,
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
        stage.create(Resources.CONFIG_MAPS, "{metadata: {name: shown}, data: {a: one, b: two}}");
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
                        Resources.CONFIG_MAPS,
                        "test",
                        "shown",
                        map -> {
                            map.withObject("/data").put("a", "new").put("c", "three").remove("b");
                            return map;
                        });
        var _ =
                stage.api.edit(
                        Resources.PODS,
                        "test",
                        "volumes",
                        pod -> {
                            pod.withObject("/metadata").putObject("labels").put("late", "y\"es");
                            return pod;
                        });
        Awaitility.await()
                .until(() ->
                        stage.shell(
                                        "volumes",
                                        "main",
                                        "cat /etc/config/a /etc/config/c /etc/podinfo/labels")
                                .equals("newthreelate=\"y\\\"es\""));
        assertThat(Files.exists(Path.of("/deep"))).isFalse();
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
        try (Execution cat = stage.node.exec("test", "exec", "main", List.of("cat"), true, false)) {
            cat.stdin().write("through\n".getBytes(StandardCharsets.UTF_8));
            cat.stdin().close();
            assertThat(new String(cat.stdout().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("through\n");
            assertThat(cat.exit().get()).isZero();
        }
        assertThat(stage.shell("exec", "main", "echo err >&2; exit 5")).isEqualTo("err exit 5");
        assertThatThrownBy(() -> stage.node.exec("test", "exec", "main", List.of("sh"), true, true))
                .hasMessageContaining("terminals");
    }

    private static String java(String program) {
        return System.getProperty("java.home") + "/bin/" + program;
    }
}
