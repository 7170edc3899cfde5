// SPDX-License-Identifier: Apache-2.0
package io.serin.control.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Channel;
import io.serin.control.channel.SmallApi.Deed;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.Kube;
import io.serin.kube.write.Leadership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Control planes that keep a channel, by way of an API server. */
class ChannelIT {

    private static final Leadership.Timing QUICK =
            new Leadership.Timing(
                    Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(200));

    private @TempDir Path folder;
    private final HeldObjects objects = new HeldObjects();
    private final SmallMesh mesh = new SmallMesh(objects);
    private SmallApi api;
    private final List<AutoCloseable> running = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        api = new SmallApi(objects, mesh);
        mesh.install("1-0", "0.1.0");
        mesh.namespace("istio-system", "{}");
        mesh.namespace("shop", "{istio.io/rev: asm-managed-rapid}");
        mesh.deployment("shop", "cart", "1-0");
        mesh.deployment("shop", "web", "1-0");
        objects.put(
                HeldObjects.CHANNEL,
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  namespace: istio-system
                  annotations: {serin.io/channel-guard: "ready=4s,watch=1s"}
                """);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : running.reversed()) {
            one.close();
        }
        api.close();
        mesh.close();
    }

    private ChannelDuty replica(String name) throws IOException {
        Kube kube = api.connect(folder);
        running.add(kube);
        ChannelDuty duty =
                new ChannelDuty(kube, Channel.RAPID, name, Duration.ofMillis(200), QUICK);
        running.add(duty);
        duty.start();
        return duty;
    }

    private String object(String field) {
        return objects.get(HeldObjects.CHANNEL).path("data").path(field).asText();
    }

    private void awaitPhase(String phase, String target) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(object("phase") + " " + object("target"))
                                .as(objects.get(HeldObjects.CHANNEL).toString())
                                .isEqualTo(phase + " " + target));
    }

    /** {@code type reason: message} of the events of a namespace. */
    private List<String> events(String namespace) {
        return objects.in("/api/v1/namespaces/" + namespace + "/events").values().stream()
                .map(event ->
                        event.path("type").asText()
                                + " "
                                + event.path("reason").asText()
                                + ": "
                                + event.path("message").asText())
                .toList();
    }

    private String tagged() {
        return objects.get(HeldObjects.MWCS + "/istio-revision-tag-asm-managed-rapid")
                .at("/metadata/labels/istio.io~1rev")
                .asText();
    }

    @Test
    void movesByItselfWithTheRightsThatItIsGiven() throws Exception {
        replica("a");
        awaitPhase("CURRENT", "1-0");
        assertThat(tagged()).isEqualTo("1-0");
        assertThat(api.restarts()).isEmpty();

        mesh.install("1-1", "0.2.0");
        awaitPhase("CURRENT", "1-1");

        assertThat(tagged()).isEqualTo("1-1");
        assertThat(mesh.revisions("shop")).containsOnly("1-1");
        assertThat(api.restarts()).containsExactly("cart", "web");
        assertThat(
                        objects.get(
                                        HeldObjects.SYSTEM
                                                + "/services/istiod-revision-tag-asm-managed-rapid")
                                .at("/spec/selector/istio.io~1rev")
                                .asText())
                .isEqualTo("1-1");
        assertThat(
                        objects.get(HeldObjects.VWCS + "/istio-revision-tag-asm-managed-rapid")
                                .at("/webhooks/0/clientConfig/service/name")
                                .asText())
                .as("who looks at routes that name the tag")
                .isEqualTo("istiod-1-1");
        assertThat(events("istio-system"))
                .contains(
                        "Normal ChannelMoving: channel rapid moves from revision 1-0 to 1-1",
                        "Normal ChannelMoved: channel rapid is on revision 1-1");
        assertThat(events("shop"))
                .contains("Normal ChannelMoved: all workloads are on revision 1-1");
        List<Rule> rules = rules();
        assertThat(api.deeds)
                .as("what roles.yaml and channel.yaml allow")
                .hasSizeGreaterThan(15)
                .allMatch(deed -> rules.stream().anyMatch(rule -> isAllowed(deed, rule)));
    }

    @Test
    void whereAGuardDoesNotHoldItGoesBackByItselfAndSaysSo() throws Exception {
        replica("a");
        awaitPhase("CURRENT", "1-0");
        mesh.broken.add("1-1");

        mesh.install("1-1", "0.2.0");
        awaitPhase("STOPPED", "1-0");

        assertThat(tagged()).isEqualTo("1-0");
        assertThat(mesh.revisions("shop")).containsOnly("1-0");
        assertThat(api.restarts()).as("only the first was touched").containsOnly("cart");
        assertThat(object("reason")).startsWith("namespace shop: Deployment/cart: ");
        assertThat(object("failed")).isEqualTo("1-1 2026-01-02T03:04:05Z/1");
        assertThat(events("istio-system"))
                .anyMatch(said -> said.startsWith("Warning ChannelStopped: channel rapid moves"))
                .anyMatch(
                        said -> said.startsWith("Warning ChannelWentBack: channel rapid is back"));
        assertThat(events("shop"))
                .anyMatch(said -> said.startsWith("Warning ChannelWentBack: channel rapid goes"));

        mesh.install("1-2", "0.3.0");
        awaitPhase("CURRENT", "1-2");
    }

    @Test
    void whoLeavesInTheMiddleIsFollowedByAnotherReplica() throws Exception {
        ChannelDuty leaving = replica("a");
        awaitPhase("CURRENT", "1-0");
        mesh.install("1-1", "0.2.0");
        await().atMost(Duration.ofSeconds(30)).until(() -> api.restarts().contains("cart"));

        leaving.close();
        assertThat(object("phase")).as("in the middle").isEqualTo("MOVING");
        replica("b");

        awaitPhase("CURRENT", "1-1");
        assertThat(mesh.revisions("shop")).containsOnly("1-1");
        assertThat(api.restarts()).containsExactly("cart", "web");
        assertThat(
                        objects.get(
                                        "/apis/coordination.k8s.io/v1/namespaces/istio-system/leases"
                                                + "/istio-channel-rapid-leader")
                                .at("/spec/holderIdentity")
                                .asText())
                .isEqualTo("b");
    }

    @Test
    void aBudgetThatARestartWouldBreakIsRespected() throws Exception {
        String budget = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets/web";
        String text =
                """
                metadata: {namespace: shop}
                spec: {selector: {matchLabels: {app: web}}}
                status: {expectedPods: 3, desiredHealthy: %d, disruptionsAllowed: %d}
                """;
        objects.put(budget, text.formatted(3, 0));
        objects.put(
                "/apis/apps/v1/namespaces/shop/deployments/web",
                objects.get("/apis/apps/v1/namespaces/shop/deployments/web")
                        .toString()
                        .replace(
                                "\"spec\":{\"replicas\"",
                                "\"spec\":{\"strategy\":{\"rollingUpdate\":"
                                        + "{\"maxUnavailable\":1}},\"replicas\""));
        replica("a");
        awaitPhase("CURRENT", "1-0");

        mesh.install("1-1", "0.2.0");
        awaitPhase("WAITING", "1-0");

        assertThat(object("reason"))
                .contains("PodDisruptionBudget shop/web lets 0 of its pods be away")
                .contains("serin.io/channel-paused=true");
        assertThat(tagged()).isEqualTo("1-0");
        assertThat(api.restarts()).isEmpty();

        objects.put(budget, text.formatted(2, 1));
        awaitPhase("CURRENT", "1-1");
    }

    /**
     * @param isLocal whether it holds in istio-system alone
     */
    private record Rule(boolean isLocal, JsonNode text) {}

    private static List<Rule> rules() throws IOException {
        List<Rule> rules = new ArrayList<>();
        for (String file : List.of("roles.yaml", "channel.yaml")) {
            for (JsonNode object :
                    TreeTemplate.parseYaml(
                            Files.readString(Path.of("../deploy/manifests").resolve(file)))) {
                boolean isLocal = object.path("kind").asText().equals("Role");
                object.path("rules").forEach(rule -> rules.add(new Rule(isLocal, rule)));
            }
        }
        return rules;
    }

    private static boolean isAllowed(Deed deed, Rule scoped) {
        JsonNode rule = scoped.text();
        return (!scoped.isLocal() || deed.namespace().equals("istio-system"))
                && has(rule.path("apiGroups"), deed.group())
                && has(rule.path("resources"), deed.resource())
                && has(rule.path("verbs"), deed.verb())
                && (rule.path("resourceNames").isMissingNode()
                        || has(rule.path("resourceNames"), deed.name()));
    }

    private static boolean has(JsonNode list, String text) {
        for (JsonNode one : list) {
            if (one.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }
}
