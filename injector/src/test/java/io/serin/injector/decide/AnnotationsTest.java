// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.template.TreeTemplate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AnnotationsTest {

    private static JsonNode pod(String key, String value) {
        return TreeTemplate.tree(Map.of("metadata", Map.of("annotations", Map.of(key, value))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INCLUDE_OUTBOUND_RANGES | *",
                "INCLUDE_OUTBOUND_RANGES | ''",
                "INCLUDE_OUTBOUND_RANGES | 10.0.0.0/8, 192.168.1.1",
                "EXCLUDE_OUTBOUND_RANGES | fd00::/8,::1,1.2.3.4/0",
                "INCLUDE_INBOUND_PORTS   | *",
                "INCLUDE_INBOUND_PORTS   | ''",
                "EXCLUDE_INBOUND_PORTS   | 1,65535",
                "EXCLUDE_INTERFACES      | eth0,net1@if2",
                "INTERCEPTION_MODE       | REDIRECT",
                "PROXY_CPU               | 1500m",
                "PROXY_MEMORY_LIMIT      | 1.5Gi",
                "PROXY_IMAGE             | registry.example:5000/serin-proxy@sha256:ab",
                "NATIVE_SIDECAR          | true",
                "READINESS_INITIAL_DELAY | 0",
                "STATUS_PORT             | 15020",
                "TEMPLATES               | sidecar",
                "MERGE_METRICS           | false",
            })
    void takesWhatAnAnnotationMayHold(Annotation annotation, String value) {
        assertThat(of(pod(annotation.key(), value)).get(annotation)).hasValue(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INCLUDE_OUTBOUND_RANGES | 10.0.0.0/8,",
                "INCLUDE_OUTBOUND_RANGES | *,10.0.0.0/8",
                "INCLUDE_OUTBOUND_RANGES | 10.0.0/8",
                "INCLUDE_OUTBOUND_RANGES | 10.0.0.256",
                "INCLUDE_OUTBOUND_RANGES | 167772160",
                "INCLUDE_OUTBOUND_RANGES | fd00::/129",
                "INCLUDE_OUTBOUND_RANGES | 10.0.0.0/-1",
                "INCLUDE_OUTBOUND_RANGES | 10.0.0.0/",
                "EXCLUDE_OUTBOUND_RANGES | *",
                "EXCLUDE_OUTBOUND_RANGES | localhost",
                "INCLUDE_INBOUND_PORTS   | http",
                "EXCLUDE_INBOUND_PORTS   | 65536",
                "EXCLUDE_INBOUND_PORTS   | 0",
                "EXCLUDE_INBOUND_PORTS   | 80-90",
                "EXCLUDE_OUTBOUND_PORTS  | abc",
                "INCLUDE_OUTBOUND_PORTS  | '80 81'",
                "EXCLUDE_INTERFACES      | eth0;reboot",
                "EXCLUDE_INTERFACES      | a-name-far-too-long-for-linux",
                "REROUTE_INTERFACES      | 'net 1'",
                "KUBEVIRT_INTERFACES     | net1,",
                "INTERCEPTION_MODE       | TPROXY",
                "INTERCEPTION_MODE       | redirect",
                "PROXY_CPU               | ''",
                "PROXY_CPU               | -1",
                "PROXY_MEMORY            | 1 Gi",
                "PROXY_IMAGE             | ''",
                "PROXY_IMAGE             | 'a b'",
                "NATIVE_SIDECAR          | yes",
                "READINESS_INITIAL_DELAY | -1",
                "READINESS_PERIOD        | 0",
                "READINESS_FAILURES      | 1e3",
                "STATUS_PORT             | 15021",
                "CAP_NET_BIND            | true",
                "REWRITE_PROBES          | maybe",
                "TEMPLATES               | ''",
                "TEMPLATES               | 'a,,b'",
            })
    void refusesAllElseAndNamesIt(Annotation annotation, String value) {
        assertThatThrownBy(() -> of(pod(annotation.key(), value)))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.field())
                                    .isEqualTo("metadata.annotations[" + annotation.key() + "]");
                            assertThat(refusal.held()).isEqualTo(value);
                            assertThat(refusal.expected()).isNotEmpty();
                        });
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "BOOTSTRAP_OVERRIDE",
                "USER_VOLUME",
                "USER_VOLUME_MOUNT",
                "READINESS_PORTS",
                "SCRAPE_TARGETS"
            })
    void whatIsNotSupportedIsRefusedWhateverItHolds(Annotation annotation) {
        for (String value : new String[] {"", "true", "x"}) {
            assertThatThrownBy(() -> of(pod(annotation.key(), value)))
                    .hasMessageContaining("not to be set");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PROXY_IMAGE_TYPE", "LOG_LEVEL", "STATS_BUCKETS"})
    void whatHasNoEffectIsSaid(Annotation annotation) {
        assertThat(of(pod(annotation.key(), "true")).warnings())
                .containsExactly(
                        "annotation "
                                + annotation.key()
                                + " has no effect: "
                                + annotation.meaning());
    }

    @Test
    void whatIsNotKnownIsSaidToo() {
        assertThat(of(pod("sidecar.istio.io/new", "x")).warnings())
                .containsExactly("annotation sidecar.istio.io/new is not known, and has no effect");
        assertThat(of(pod("example.com/new", "x")).warnings()).isEmpty();
    }

    @Test
    void aLongValueIsCutInTheMessage() {
        assertThatThrownBy(() -> of(pod(Annotation.PROXY_CPU.key(), "x".repeat(5000))))
                .hasMessageContaining("x…'")
                .satisfies(refusal ->
                        assertThat(String.valueOf(refusal.getMessage())).hasSizeLessThan(400));
    }

    private static Annotations of(JsonNode pod) {
        return Annotations.of(pod, MeshConfig.NONE);
    }
}
