// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.rollout.fact.RequestCounts;
import org.junit.jupiter.api.Test;

class PagesTest {

    @Test
    void countsRequestsAndThoseThatFailed() {
        assertThat(
                        MetricsPage.requests(
                                """
                                # TYPE istio_requests_total counter
                                istio_requests_total{reporter="source",response_code="200",response_flags="-"} 90
                                istio_requests_total{reporter="destination",response_code="503",response_flags="UF"} 7
                                istio_requests_total{reporter="source",response_code="0",response_flags="DC"} 3
                                istio_tcp_sent_bytes_total{response_code="500"} 5
                                """))
                .isEqualTo(new RequestCounts(100, 7));
        assertThat(new RequestCounts(3, 1).since(new RequestCounts(100, 7)))
                .isEqualTo(new RequestCounts(3, 1));
    }

    @Test
    void saysWhatAProxyHasNotTaken() {
        assertThat(state("{'types':{'CLUSTER':{'sent':'7','acked':'7'}}}")).isEmpty();
        assertThat(state("{'types':{'CLUSTER':{'sent':'7','acked':null}}}"))
                .isEqualTo("it has not taken its CLUSTER resources yet");
        assertThat(
                        state(
                                "{'types':{'ROUTE':{'sent':'7','acked':'6'},"
                                        + "'CLUSTER':{'sent':null,'acked':null}},"
                                        + "'lastNack':{'type':'ROUTE','message':'no such field'}}"))
                .isEqualTo("it refuses its ROUTE resources: no such field");
        assertThat(state("{'types':{}}")).isEqualTo("it has no configuration yet");
    }

    private static String state(String json) {
        try {
            return ProxyPage.state(new ObjectMapper().readTree(json.replace('\'', '"')))
                    .waitingFor();
        } catch (JsonProcessingException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
