// SPDX-License-Identifier: Apache-2.0
package io.serin.local.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That the kernel takes the table, in a network namespace of its own, also a second time. */
class RulesetIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (IOException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    private static final ObjectNode WEB =
            json(
                    """
                    {"metadata": {"name": "web", "namespace": "shop"},
                     "spec": {"clusterIP": "10.96.1.1", "type": "NodePort", "ports": [
                       {"name": "http", "port": 80, "protocol": "TCP", "nodePort": 30080},
                       {"name": "dns", "port": 53, "protocol": "UDP"}]}}
                    """);

    private static ObjectNode slice(boolean ready, boolean serving, boolean terminating) {
        return json(
                """
                {"ports": [{"name": "http", "port": 8080}, {"name": "dns", "port": 5353}],
                 "endpoints": [
                  {"addresses": ["10.244.0.5"], "conditions": {"ready": %s, "serving": %s, "terminating": %s}},
                  {"addresses": ["10.244.0.6"], "conditions": {"ready": %s, "serving": %s, "terminating": %s}}]}
                """
                        .formatted(ready, serving, terminating, ready, serving, terminating));
    }

    private static String loadedTwice(String ruleset) throws IOException {
        Process nft =
                new ProcessBuilder(
                                "unshare",
                                "--net",
                                "sh",
                                "-c",
                                "t=$(cat); printf '%s' \"$t\" | nft -f - && printf '%s' \"$t\" | nft -f - && nft list ruleset")
                        .redirectErrorStream(true)
                        .start();
        try (var in = nft.getOutputStream()) {
            in.write(ruleset.getBytes(UTF_8));
        }
        String said = new String(nft.getInputStream().readAllBytes(), UTF_8);
        assertThat(nft.onExit().join().exitValue()).as(said).isZero();
        return said;
    }

    @Test
    void theKernelTakesATableOfServices() throws IOException {
        String loaded =
                loadedTwice(
                        Ruleset.of(
                                List.of(WEB),
                                Map.of("shop/web", List.of(slice(true, true, false)))));

        assertThat(loaded)
                .contains("10.96.1.1 . tcp . 80 : goto service-1")
                .contains("10.96.1.1 . udp . 53 : goto service-2")
                .contains("tcp . 30080 : goto service-1")
                .contains("10.244.0.5 . 8080")
                .contains("10.244.0.6 . 5353");
    }

    @Test
    void theKernelTakesATableOfNothing() throws IOException {
        assertThat(loadedTwice(Ruleset.of(List.of(), Map.of()))).contains("chain services");
    }

    @Test
    void whoeverServesWhileGoingIsBetterThanNobody() {
        assertThat(Backend.of(WEB.at("/spec/ports/0"), List.of(slice(false, true, true))))
                .containsExactly(new Backend("10.244.0.5", 8080), new Backend("10.244.0.6", 8080));
        assertThat(Backend.of(WEB.at("/spec/ports/0"), List.of(slice(false, false, true))))
                .isEmpty();
    }

    @Test
    void aNodePortWithoutEndpointsIsRefused() {
        assertThat(Ruleset.of(List.of(WEB), Map.of())).contains("elements = { tcp . 30080 }");
    }
}
