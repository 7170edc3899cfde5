// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.proxy.dns.Received.Question;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplyTest {

    private static final List<InetAddress> MANY =
            IntStream.range(0, 100).mapToObj(i -> InetAddress.ofLiteral("10.0.0." + i)).toList();

    @Test
    void isWrittenAsTheRfcHasIt() {
        byte[] query = Query.of(0x1234, "wEb", Message.A);

        assertThat(
                        HexFormat.of()
                                .formatHex(
                                        reply(
                                                query,
                                                List.of(InetAddress.ofLiteral("10.1.2.3")),
                                                512)))
                .isEqualTo(
                        "1234"
                                + "8580"
                                + "0001000100000000"
                                + "03774562000001"
                                + "0001"
                                + "c00c00010001"
                                + "0000001e"
                                + "0004"
                                + "0a010203");
    }

    @Test
    void holdsAsManyAsThereIsRoomForAndSaysThatThereAreMore() {
        Query.Answer plain = Query.Answer.read(reply(Query.of(1, "db", Message.A), MANY, 512));
        Query.Answer all = Query.Answer.read(reply(Query.of(1, "db", Message.A), MANY, 65535));
        byte[] extended = reply(Query.extended(1, "db", Message.A, 1232), MANY, 1232);

        assertThat(plain.truncated()).isTrue();
        assertThat(plain.addresses()).isEqualTo(MANY.subList(0, 30));
        assertThat(all.truncated()).isFalse();
        assertThat(all.addresses()).isEqualTo(MANY);
        assertThat(extended).hasSizeLessThanOrEqualTo(1232);
        assertThat(Query.Answer.read(extended).truncated()).isTrue();
        assertThat(Query.Answer.read(extended).rest()).as("a record of EDNS").isEqualTo(11);
    }

    private static byte[] reply(byte[] query, List<InetAddress> addresses, int limit) {
        return Reply.addresses(query, (Question) Received.of(query), addresses, limit);
    }
}
