// SPDX-License-Identifier: Apache-2.0
package io.serin.local.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Zone zone =
            Zone.of(
                    List.of(
                            service(
                                    "web",
                                    "\"clusterIP\": \"10.96.1.1\", \"ports\": [{\"name\": \"http\", \"port\": 80, \"protocol\": \"TCP\"}]"),
                            service(
                                    "pods",
                                    "\"clusterIP\": \"None\", \"ports\": [{\"name\": \"http\", \"port\": 80}]"),
                            service("empty", "\"clusterIP\": \"None\""),
                            service(
                                    "away",
                                    "\"type\": \"ExternalName\", \"externalName\": \"web.shop.svc.cluster.local\"")),
                    List.of(
                            json(
                                    """
                                    {"metadata": {"namespace": "shop", "labels": {"kubernetes.io/service-name": "pods"}},
                                     "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
                                     "endpoints": [
                                       {"addresses": ["10.244.0.5"], "conditions": {"ready": true}},
                                       {"addresses": ["10.244.0.6"], "conditions": {"ready": true}, "hostname": "first"},
                                       {"addresses": ["10.244.0.7"], "conditions": {"ready": false}}]}
                                    """)));

    private static ObjectNode service(String name, String spec) {
        return json(
                """
                {"metadata": {"name": "%s", "namespace": "shop"}, "spec": {%s}}
                """
                        .formatted(name, spec));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (IOException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    private DnsResponse ask(String name, DnsRecordType type) {
        DnsResponse response = new DefaultDnsResponse(1);
        Answers.answer(zone, new DefaultDnsQuestion(name, type), response);
        return response;
    }

    private List<String> addresses(String name) {
        DnsResponse response = ask(name, DnsRecordType.A);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRawRecord answer = response.recordAt(DnsSection.ANSWER, i);
            var data = answer.content();
            found.add(
                    "%d.%d.%d.%d"
                            .formatted(
                                    data.getUnsignedByte(0),
                                    data.getUnsignedByte(1),
                                    data.getUnsignedByte(2),
                                    data.getUnsignedByte(3)));
        }
        return found;
    }

    @Test
    void aServicesNameIsItsAddress() {
        assertThat(addresses("web.shop.svc.cluster.local.")).containsExactly("10.96.1.1");
        assertThat(addresses("WEB.shop.SVC.cluster.local.")).containsExactly("10.96.1.1");
    }

    @Test
    void aHeadlessServicesNameIsItsReadyPods() {
        assertThat(addresses("pods.shop.svc.cluster.local."))
                .containsExactlyInAnyOrder("10.244.0.5", "10.244.0.6");
        assertThat(addresses("first.pods.shop.svc.cluster.local.")).containsExactly("10.244.0.6");
        assertThat(addresses("10-244-0-5.pods.shop.svc.cluster.local."))
                .containsExactly("10.244.0.5");
    }

    @Test
    void anotherTypeOfANameThatIsThereIsEmptyAndNoError() {
        DnsResponse response = ask("web.shop.svc.cluster.local.", DnsRecordType.AAAA);

        assertThat(response.code()).isEqualTo(DnsResponseCode.NOERROR);
        assertThat(response.count(DnsSection.ANSWER)).isZero();
        assertThat(response.count(DnsSection.AUTHORITY)).isEqualTo(1);
    }

    @Test
    void aNameThatIsNotThereIsNotFoundSoThatTheSearchGoesOn() {
        for (String name :
                List.of(
                        "nobody.shop.svc.cluster.local.",
                        "web.svc.cluster.local.",
                        "web.shop.cluster.local.",
                        "web.shop.svc.",
                        "example.org.",
                        "empty.shop.svc.cluster.local.")) {
            assertThat(ask(name, DnsRecordType.A).code())
                    .as(name)
                    .isEqualTo(DnsResponseCode.NXDOMAIN);
        }
    }

    @Test
    void aNameWithOthersBelowItIsThere() {
        assertThat(ask("shop.svc.cluster.local.", DnsRecordType.A).code())
                .isEqualTo(DnsResponseCode.NOERROR);
        assertThat(ask("_tcp.web.shop.svc.cluster.local.", DnsRecordType.A).code())
                .isEqualTo(DnsResponseCode.NOERROR);
    }

    @Test
    void portsHaveNamesToo() {
        DnsResponse response = ask("_http._tcp.pods.shop.svc.cluster.local.", DnsRecordType.SRV);

        assertThat(response.count(DnsSection.ANSWER)).isEqualTo(2);
        DnsRawRecord first = response.recordAt(DnsSection.ANSWER, 0);
        assertThat(first.content().getUnsignedShort(4)).isEqualTo(8080);
        assertThat(response.count(DnsSection.ADDITIONAL)).isEqualTo(2);
    }

    @Test
    void aNameElsewhereIsAnAlias() {
        DnsResponse response = ask("away.shop.svc.cluster.local.", DnsRecordType.A);

        DnsRawRecord alias = response.recordAt(DnsSection.ANSWER, 0);
        assertThat(alias.type()).isEqualTo(DnsRecordType.CNAME);
    }
}
