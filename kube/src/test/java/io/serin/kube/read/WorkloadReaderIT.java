// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpExchange;
import io.serin.kube.Kube;
import io.serin.kube.StubApi;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.MarkedNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadReaderIT {

    private static final String DEPLOYMENT =
            """
            {"metadata": {"name": "web", "namespace": "shop", "generation": 1},
             "spec": {"replicas": 2,
               "selector": {"matchExpressions":
                 [{"key": "app", "operator": "In", "values": ["web"]}]},
               "template": {"metadata": {"labels": {"app": "web"}}, "spec": {}}},
             "status": {"observedGeneration": 1}}\
            """;

    private static final String NAMESPACES =
            """
            {"metadata": {"name": "shop"}, "status": {"phase": "Active"}},
            {"metadata": {"name": "preview", "deletionTimestamp": "2026-01-02T03:04:05Z"},
             "status": {"phase": "Terminating"}}\
            """;

    private StubApi api;
    private Kube kube;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        api = new StubApi(this::answer);
        kube = api.connect(folder);
    }

    @AfterEach
    void stop() {
        kube.close();
        api.close();
    }

    /** They were nobody's: in no workload, and in no plan among what is left alone. */
    @Test
    void podsOfAReplicaSetThatNoDeploymentMadeAreOthers() {
        assertThat(new WorkloadReader(kube).others("shop"))
                .extracting(pod -> pod.name().name())
                .containsExactly("rollout-7d-x", "own", "task-x");
        assertThat(new WorkloadReader(kube).workloads("shop"))
                .flatExtracting(KubeWorkload::pods)
                .extracting(pod -> pod.name().name())
                .containsExactly("web-5d-x");
    }

    /** Its selector may be of expressions alone. */
    @Test
    void whatADeploymentWaitsForIsSaidByItsOwnPods() {
        assertThat(new WorkloadReader(kube).workloads("shop"))
                .singleElement()
                .extracting(KubeWorkload::waitingFor)
                .isEqualTo("pod web-5d-x: container app is not ready");
    }

    @Test
    void aNamespaceThatIsBeingDeletedIsReadAsSuch() {
        assertThat(new WorkloadReader(kube).namespaces())
                .extracting(MarkedNamespace::namespace, MarkedNamespace::ending)
                .containsExactly(tuple("shop", false), tuple("preview", true));
    }

    private void answer(HttpExchange call) throws IOException {
        String query = String.valueOf(call.getRequestURI().getQuery());
        String path = call.getRequestURI().getPath();
        String items =
                path.endsWith("/deployments")
                        ? DEPLOYMENT
                        : path.endsWith("/namespaces")
                                ? NAMESPACES
                                : !path.endsWith("/pods")
                                        ? ""
                                        : query.contains("labelSelector=app in (web)")
                                                ? pod("web-5d-x", "ReplicaSet", "web-5d")
                                                : String.join(
                                                        ",",
                                                        pod(
                                                                "rollout-7d-x",
                                                                "ReplicaSet",
                                                                "rollout-7d"),
                                                        pod("web-5d-x", "ReplicaSet", "web-5d"),
                                                        pod("own", "", ""),
                                                        pod("task-x", "Job", "task"));
        byte[] list =
                "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[%s]}"
                        .formatted(items)
                        .getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().add("Content-Type", "application/json");
        call.sendResponseHeaders(200, list.length);
        call.getResponseBody().write(list);
        call.close();
    }

    private static String pod(String name, String kind, String owner) {
        return """
        {"metadata": {"name": "%s", "namespace": "shop",
           "labels": {"pod-template-hash": "%s"}, "ownerReferences": [%s]},
         "spec": {},
         "status": {"phase": "Running", "containerStatuses": [{"name": "app", "ready": false}]}}\
        """
                .formatted(
                        name,
                        owner.replaceAll(".*-", ""),
                        owner.isEmpty()
                                ? ""
                                : "{\"kind\": \"%s\", \"name\": \"%s\"}".formatted(kind, owner));
    }
}
