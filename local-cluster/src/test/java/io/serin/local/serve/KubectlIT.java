// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API as kubectl uses it; skipped where there is no kubectl. */
class KubectlIT {

    private static final String MANIFEST =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: default}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                    - {name: c, image: "i:1", ports: [{containerPort: 80}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec: {selector: {app: web}, ports: [{port: 80}]}
            """;

    @TempDir static Path folder;
    private static RunningServer server;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws IOException {
        server = new RunningServer();
        kubectl = new Kubectl(folder, server.kubeconfig(folder));
        Files.writeString(folder.resolve("web.yaml"), MANIFEST);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String run(String words) throws IOException, InterruptedException {
        return kubectl.run(words);
    }

    @Test
    void appliesScalesRestartsAndShows() throws Exception {
        String file = folder.resolve("web.yaml").toString();
        assertThat(run("apply -f " + file)).contains("deployment.apps/web created");
        assertThat(run("apply -f " + file))
                .contains("deployment.apps/web unchanged", "service/web unchanged");
        run("apply --server-side --force-conflicts -f " + file);
        String version = run("get deployment web -o jsonpath={.metadata.resourceVersion}");
        run("apply --server-side -f " + file);
        assertThat(run("get deployment web -o jsonpath={.metadata.resourceVersion}"))
                .isEqualTo(version);
        run("scale deployment web --replicas=3");
        run("rollout restart deployment/web");
        run("label deployment web a=b");
        run("annotate deployment web c=d");
        assertThat(run("get deployments"))
                .containsPattern("NAME +READY +UP-TO-DATE +AVAILABLE +AGE")
                .containsPattern("web +0/3");
        assertThat(run("describe deployment web")).contains("restartedAt", "3 desired");
        assertThat(run("delete -f " + file)).contains("deleted");
    }

    @Test
    void makesThingsWithoutAFile() throws Exception {
        run("create namespace made");
        run("create configmap c -n made --from-literal=a=b");
        run("create deployment d -n made --image=i:1 --replicas=2");
        assertThat(run("get configmap c -n made -o jsonpath={.data.a}")).isEqualTo("b");
        assertThat(run("get deployment d -n made -o jsonpath={.spec.replicas}")).isEqualTo("2");
        assertThat(run("create token default").split("\\.")).hasSize(3);
        assertThat(run("auth can-i create pods")).contains("yes");
    }

    @Test
    void isToldWhatIsWrong() throws Exception {
        assertThat(kubectl.attempt("get statefulsets").output())
                .contains("local-cluster does not do StatefulSets; use --cluster kind");
        Path wrong =
                Files.writeString(
                        folder.resolve("wrong.yaml"),
                        MANIFEST.replace("replicas: 2", "replicaz: 2"));
        assertThat(kubectl.attempt("apply -f " + wrong).output())
                .contains("unknown field \"spec.replicaz\"");
    }

    @ParameterizedTest
    @CsvSource({"apps/v1, StatefulSet, StatefulSets", "batch/v1, Job, Jobs"})
    void applyOfWhatIsNotServedIsRefusedByName(String version, String kind, String plural)
            throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve(kind + ".yaml"),
                        """
                        apiVersion: %s
                        kind: %s
                        metadata: {name: db, namespace: default}
                        spec:
                          template:
                            spec: {containers: [{name: c, image: "i:1"}]}
                        """
                                .formatted(version, kind));
        String refusal = "local-cluster does not do " + plural + "; use --cluster kind";

        assertThat(kubectl.attempt("apply -f " + file).output()).contains(refusal);
        assertThat(kubectl.attempt("apply --server-side -f " + file).output()).contains(refusal);
        assertThat(kubectl.attempt("create -f " + file).output()).contains(refusal);
    }
}
