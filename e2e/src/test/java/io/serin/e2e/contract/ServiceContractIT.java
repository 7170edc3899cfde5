// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.contract.Api.Answer;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Waiting;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Services: addresses, endpoints, names, and that requests arrive. */
@Contract
class ServiceContractIT {

    private final Api api;
    private final Kubectl kubectl;

    ServiceContractIT(Kubectl kubectl) {
        this.kubectl = kubectl;
        api = new Api(kubectl, "contract-service");
    }

    @BeforeAll
    void aServerAndAVisitor() {
        server("server", "\"app\": \"server\"");
        api.post(api.core("pods"), Shapes.pod("visitor", "", Shapes.SLEEP)).orFail();
        api.post(
                        api.core("services"),
                        Shapes.service(
                                "web",
                                "\"selector\": {\"app\": \"server\"}, \"ports\": [{\"name\": \"http\", \"port\": 80, \"targetPort\": \"web\"}]"))
                .orFail();
        kubectl.run(
                "wait pod/server pod/visitor --for=condition=Ready --timeout=90s -n "
                        + api.namespace());
    }

    @AfterAll
    void close() {
        api.close();
    }

    private void server(String name, String labels) {
        server(name, labels, "");
    }

    private void server(String name, String labels, String more) {
        api.post(
                        api.core("pods"),
                        """
                        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "labels": {%s}},
                         "spec": {"terminationGracePeriodSeconds": 5, "containers": [
                          {"name": "main", "image": "serin-workload:0.1.0",
                           "env": [{"name": "PORT", "value": "8080"}, {"name": "SERVICE", "value": "web"},
                                   {"name": "VERSION", "value": "v1"}, {"name": "UPSTREAM", "value": ""}],
                           "ports": [{"name": "web", "containerPort": 8080}],
                           "readinessProbe": {"httpGet": {"path": "/healthz", "port": "web"}, "periodSeconds": 1}%s}]}}
                        """
                                .formatted(name, labels, more))
                .orFail();
    }

    private Ended visit(String command) {
        return kubectl.attempt(
                List.of("exec", "visitor", "-n", api.namespace(), "--", "bash", "-c", command));
    }

    @Test
    void aServiceGetsAnAddressAtOnce() {
        JsonNode spec =
                api.post(
                                api.core("services"),
                                Shapes.service("addressed", "\"ports\": [{\"port\": 80}]"))
                        .orFail()
                        .body()
                        .path("spec");

        assertThat(spec.path("clusterIP").asText()).matches("10\\.96\\.[0-9]+\\.[0-9]+");
        assertThat(spec.at("/clusterIPs/0")).isEqualTo(spec.path("clusterIP"));
        assertThat(spec.path("type").asText()).isEqualTo("ClusterIP");
        assertThat(spec.path("sessionAffinity").asText()).isEqualTo("None");
        assertThat(spec.at("/ports/0/protocol").asText()).isEqualTo("TCP");
        assertThat(spec.at("/ports/0/targetPort").asInt()).isEqualTo(80);
    }

    @Test
    void anAddressIsNotChanged() {
        api.post(api.core("services"), Shapes.service("fixed", "\"ports\": [{\"port\": 80}]"))
                .orFail();

        Answer answer =
                api.patch(
                        api.core("services/fixed"),
                        Api.MERGE,
                        "{\"spec\": {\"clusterIP\": \"10.96.200.200\", \"clusterIPs\": [\"10.96.200.200\"]}}");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains("may not change once set");
    }

    @Test
    void anAddressIsGivenOnce() {
        String address =
                api.post(
                                api.core("services"),
                                Shapes.service("holder", "\"ports\": [{\"port\": 80}]"))
                        .body()
                        .at("/spec/clusterIP")
                        .asText();

        Answer answer =
                api.post(
                        api.core("services"),
                        Shapes.service(
                                "taker",
                                "\"clusterIP\": \"%s\", \"ports\": [{\"port\": 80}]"
                                        .formatted(address)));

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains("provided IP is already allocated");
    }

    @Test
    void aNodePortIsInItsRange() {
        int port =
                api.post(
                                api.core("services"),
                                Shapes.service(
                                        "node-port",
                                        "\"type\": \"NodePort\", \"ports\": [{\"port\": 80}]"))
                        .orFail()
                        .body()
                        .at("/spec/ports/0/nodePort")
                        .asInt();

        assertThat(port).isBetween(30_000, 32_767);
    }

    @Test
    void portsOfAServiceWithSeveralHaveNames() {
        Answer answer =
                api.post(
                        api.core("services"),
                        Shapes.service("unnamed", "\"ports\": [{\"port\": 80}, {\"port\": 81}]"));

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains("spec.ports[0].name");
    }

    @Test
    void aReadyPodIsAnEndpoint() {
        JsonNode slices =
                api.await(
                        api.slicesOf("web"),
                        s -> s.at("/items/0/endpoints/0/conditions/ready").asBoolean());

        JsonNode endpoint = slices.at("/items/0/endpoints/0");
        assertThat(slices.at("/items/0/ports/0/port").asInt()).isEqualTo(8080);
        assertThat(slices.at("/items/0/ports/0/name").asText()).isEqualTo("http");
        assertThat(slices.at("/items/0/addressType").asText()).isEqualTo("IPv4");
        assertThat(endpoint.at("/targetRef/name").asText()).isEqualTo("server");
        assertThat(endpoint.at("/conditions/serving").asBoolean()).isTrue();
        assertThat(endpoint.at("/conditions/terminating").asBoolean()).isFalse();
        assertThat(endpoint.path("nodeName").asText()).isNotEmpty();
    }

    @Test
    void aRequestArrivesByAddressAndByName() {
        String address = api.get(api.core("services/web")).body().at("/spec/clusterIP").asText();
        Waiting.until(
                "an answer", () -> visit("curl -sf -m 3 http://" + address + "/").exit() == 0);

        for (String name :
                List.of("web", "web.contract-service", "web.contract-service.svc.cluster.local")) {
            assertThat(visit("curl -sf -m 3 http://" + name + "/").orFail().out())
                    .as(name)
                    .contains("\"web\"");
        }
    }

    @Test
    void aServiceWithoutEndpointsRefusesAtOnce() {
        api.post(
                        api.core("services"),
                        Shapes.service(
                                "empty",
                                "\"selector\": {\"app\": \"nobody\"}, \"ports\": [{\"port\": 80}]"))
                .orFail();
        Waiting.until("a refusal", () -> visit("curl -s -m 3 http://empty/").exit() == 7);
    }

    @Test
    void aPodReachesItselfThroughItsService() {
        Ended self =
                kubectl.attempt(
                        List.of(
                                "exec",
                                "server",
                                "-n",
                                api.namespace(),
                                "--",
                                "curl",
                                "-sf",
                                "-m",
                                "3",
                                "http://web/"));

        assertThat(self.orFail().out()).contains("\"web\"");
    }

    @Test
    void anEndpointThatGoesIsTerminating() {
        server("leaving", "\"app\": \"leaving\"");
        api.post(
                        api.core("services"),
                        Shapes.service(
                                "leaving",
                                "\"selector\": {\"app\": \"leaving\"}, \"ports\": [{\"port\": 80, \"targetPort\": 8080}]"))
                .orFail();
        api.await(
                api.slicesOf("leaving"),
                s -> s.at("/items/0/endpoints/0/conditions/ready").asBoolean());
        try (Api.Watch watch = api.watch(api.slicesOf("leaving") + "&watch=1")) {
            api.delete(api.core("pods/leaving")).orFail();
            JsonNode conditions = watch.next().at("/object/endpoints/0/conditions");
            while (!conditions.path("terminating").asBoolean()) {
                conditions = watch.next().at("/object/endpoints/0/conditions");
            }
            assertThat(conditions.path("ready").asBoolean()).isFalse();
            JsonNode endpoints = watch.next().at("/object/endpoints");
            while (!endpoints.isEmpty()) {
                endpoints = watch.next().at("/object/endpoints");
            }
        }
    }

    /** KEP-1669: what the only replica of a control plane relies on. */
    @Test
    void aServiceLeadsToAPodThatGoesWhereNoOtherIsReady() {
        server(
                "last",
                "\"app\": \"last\"",
                ", \"lifecycle\": {\"preStop\": {\"sleep\": {\"seconds\": 4}}}");
        api.post(
                        api.core("services"),
                        Shapes.service(
                                "last",
                                "\"selector\": {\"app\": \"last\"}, \"ports\": [{\"port\": 80, \"targetPort\": 8080}]"))
                .orFail();
        Waiting.until("it answers", () -> visit("curl -sf -m 3 http://last/").exit() == 0);

        api.delete(api.core("pods/last")).orFail();
        api.await(
                api.slicesOf("last"),
                s -> s.at("/items/0/endpoints/0/conditions/terminating").asBoolean());
        for (int i = 0; i < 3; i++) {
            visit("curl -sf -m 3 http://last/").orFail();
        }
    }

    @Test
    void whoIsNotReadyIsNoReadyEndpointUnlessPublished() {
        api.post(
                        api.core("pods"),
                        """
                        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "shy", "labels": {"app": "shy"}},
                         "spec": {"terminationGracePeriodSeconds": 1, "containers": [%s]}}
                        """
                                .formatted(
                                        Shapes.container(
                                                "main",
                                                Shapes.SLEEP,
                                                ", \"readinessProbe\": {\"exec\": {\"command\": [\"false\"]}}")))
                .orFail();
        String spec =
                "\"clusterIP\": \"None\", \"selector\": {\"app\": \"shy\"}, \"ports\": [{\"port\": 80}]";
        api.post(api.core("services"), Shapes.service("hidden", spec)).orFail();
        api.post(
                        api.core("services"),
                        Shapes.service("published", spec + ", \"publishNotReadyAddresses\": true"))
                .orFail();

        JsonNode hidden =
                api.await(api.slicesOf("hidden"), s -> s.at("/items/0/endpoints").size() == 1);
        JsonNode published =
                api.await(api.slicesOf("published"), s -> s.at("/items/0/endpoints").size() == 1);

        assertThat(hidden.at("/items/0/endpoints/0/conditions/ready").asBoolean()).isFalse();
        assertThat(published.at("/items/0/endpoints/0/conditions/ready").asBoolean()).isTrue();
        assertThat(published.at("/items/0/endpoints/0/conditions/serving").asBoolean()).isFalse();
    }

    @Test
    void aHeadlessServicesNameIsItsPods() {
        api.post(
                        api.core("services"),
                        Shapes.service(
                                "headless",
                                "\"clusterIP\": \"None\", \"selector\": {\"app\": \"server\"}, \"ports\": [{\"port\": 8080}]"))
                .orFail();
        String pod = api.get(api.core("pods/server")).body().at("/status/podIP").asText();

        // As long as a resolver on the way may remember that it was not there.
        Waiting.until(
                "the name", () -> visit("getent ahostsv4 headless").out().startsWith(pod + " "));
    }

    @Test
    void aNameThatIsNotThereIsNotFound() {
        assertThat(visit("getent hosts nobody-here").exit()).isEqualTo(2);
        assertThat(visit("curl -s -m 8 http://nobody-here/").exit()).isEqualTo(6);
    }

    @Test
    void theResolverLooksInTheNamespaceFirst() {
        String file = visit("cat /etc/resolv.conf").orFail().out();

        assertThat(file)
                .contains(
                        "search contract-service.svc.cluster.local svc.cluster.local cluster.local")
                .contains("ndots:5");
    }

    @Test
    void theApiIsAServiceToo() {
        String token = "$(cat /var/run/secrets/kubernetes.io/serviceaccount/token)";

        String out =
                visit(
                                "curl -s -m 5 --cacert /var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
                                        + " -H \"Authorization: Bearer "
                                        + token
                                        + "\" https://kubernetes.default.svc/version")
                        .orFail()
                        .out();

        assertThat(out).contains("\"major\"");
    }

    @Test
    void deletedPodsLeaveTheirSlices() {
        api.post(
                        api.core("services"),
                        Shapes.service(
                                "gone",
                                "\"selector\": {\"app\": \"gone\"}, \"ports\": [{\"port\": 80}]"))
                .orFail();
        JsonNode slices = api.await(api.slicesOf("gone"), s -> s.path("items").size() == 1);
        assertThat(slices.at("/items/0/metadata/ownerReferences/0/name").asText())
                .isEqualTo("gone");
        api.delete(api.core("services/gone")).orFail();

        api.await(api.slicesOf("gone"), s -> s.path("items").isEmpty());
    }
}
