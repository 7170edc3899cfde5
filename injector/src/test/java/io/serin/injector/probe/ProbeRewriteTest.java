// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.template.TreeTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeRewriteTest {

    private static JsonNode yaml(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }

    private static ObjectNode container(String fields) {
        return (ObjectNode)
                yaml("{name: w, ports: [{name: http, containerPort: 80}], " + fields + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "livenessProbe: {httpGet: {path: /a, port: http}, timeoutSeconds: 2}"
                        + " | livenessProbe: {timeoutSeconds: 2, httpGet: {path: /app-health/w/livez"
                        + " | {/app-health/w/livez: {httpGet: {path: /a, port: 80},"
                        + " timeoutSeconds: 2}}",
                "readinessProbe: {httpGet: {port: 81, scheme: HTTPS, httpHeaders: [{name: A, value: b}]}}"
                        + " | readinessProbe: {httpGet: {path: /app-health/w/readyz"
                        + " | {/app-health/w/readyz: {httpGet: {port: 81, scheme: HTTPS,"
                        + " httpHeaders: [{name: A, value: b}]}}}",
                "startupProbe: {tcpSocket: {port: http}, failureThreshold: 3}"
                        + " | startupProbe: {failureThreshold: 3, httpGet: {path: /app-health/w/startupz"
                        + " | {/app-health/w/startupz: {tcpSocket: {port: 80}}}",
                "livenessProbe: {grpc: {port: 9, service: s}}"
                        + " | livenessProbe: {httpGet: {path: /app-health/w/livez"
                        + " | {/app-health/w/livez: {grpc: {port: 9, service: s}}}",
                "lifecycle: {preStop: {httpGet: {path: /x, port: 80}}}"
                        + " | lifecycle: {preStop: {httpGet: {path: /app-lifecycle/w/prestopz"
                        + " | {/app-lifecycle/w/prestopz: {httpGet: {path: /x, port: 80}}}",
                "lifecycle: {postStart: {tcpSocket: {port: 80}}}"
                        + " | lifecycle: {postStart: {httpGet: {path: /app-lifecycle/w/poststartz"
                        + " | {/app-lifecycle/w/poststartz: {tcpSocket: {port: 80}}}",
            })
    void asksTheAgentAndComesBack(String before, String after, String originals) {
        ObjectNode container = container(before);
        ProbeRewrite rewrite = new ProbeRewrite();

        rewrite.rewrite(container);

        String closed = after.contains("lifecycle") ? "}}}" : "}}";
        assertThat(container).isEqualTo(container(after + ", port: 15020, scheme: HTTP" + closed));
        assertThat(yaml(rewrite.originals())).isEqualTo(yaml(originals));
        assertThat(rewrite.warnings()).isEmpty();

        ProbeRewrite.restore(container, yaml(rewrite.originals()));
        ProbeRewrite again = new ProbeRewrite();
        again.rewrite(container);
        assertThat(again.originals()).isEqualTo(rewrite.originals());
        assertThat(container).isEqualTo(container(after + ", port: 15020, scheme: HTTP" + closed));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "livenessProbe: {exec: {command: [a]}} | ``",
                "lifecycle: {preStop: {sleep: {seconds: 1}}} | ``",
                "livenessProbe: {httpGet: {host: h, port: 80}} | ``",
                "livenessProbe: {tcpSocket: {host: h, port: 80}} | ``",
                "livenessProbe: {httpGet: {path: /app-health/w/livez, port: 15020}} | ``",
                "livenessProbe: {httpGet: {port: nowhere}}"
                        + " | container w: livenessProbe asks port 'nowhere'",
                "lifecycle: {preStop: {httpGet: {port: nowhere}}}"
                        + " | container w: lifecycle.preStop asks port 'nowhere'",
                "livenessProbe: {grpc: {port: 9, mode: tls}} | container w: livenessProbe has [mode]",
            })
    void whatTheAgentCantAskStaysAsItIs(String fields, String warning) {
        ObjectNode container = container(fields);
        ProbeRewrite rewrite = new ProbeRewrite();

        rewrite.rewrite(container);

        assertThat(container).isEqualTo(container(fields));
        assertThat(rewrite.isNeeded()).isFalse();
        assertThat(String.join("", rewrite.warnings())).startsWith(warning);
        assertThat(rewrite.warnings()).hasSize(warning.isEmpty() ? 0 : 1);
    }

    @Test
    void whatSomebodyChangedSinceIsNotPutBack() {
        ObjectNode changed = container("livenessProbe: {httpGet: {path: /mine, port: 81}}");

        ProbeRewrite.restore(changed, yaml("{/app-health/w/livez: {tcpSocket: {port: 80}}}"));

        assertThat(changed)
                .isEqualTo(container("livenessProbe: {httpGet: {path: /mine, port: 81}}"));
    }
}
