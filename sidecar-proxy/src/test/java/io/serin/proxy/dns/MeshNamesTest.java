// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.snapshot.NameTable;
import io.serin.proxy.dns.Received.Question;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshNamesTest {

    private static final int MX = 15;

    private static final MeshNames NAMES =
            new MeshNames(
                    new NameTable(
                            Map.of(
                                    "reviews.shop.svc.cluster.local",
                                    addresses("10.96.0.1"),
                                    "reviews.other.svc.cluster.local",
                                    addresses("10.96.0.2"),
                                    "both.shop.svc.cluster.local",
                                    addresses("10.96.0.3", "fd00:96::3"),
                                    "db-0.db.shop.svc.cluster.local",
                                    addresses("10.0.0.5"))),
                    "shop");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            textBlock =
                    """
                    reviews.shop.svc.cluster.local, 10.96.0.1
                    reviews.shop.svc, 10.96.0.1
                    reviews.shop, 10.96.0.1
                    reviews, 10.96.0.1
                    reviews.other.svc.cluster.local, 10.96.0.2
                    reviews.other.svc, 10.96.0.2
                    reviews.other, 10.96.0.2
                    db-0.db.shop.svc.cluster.local, 10.0.0.5
                    db-0.db.shop, 10.0.0.5
                    db-0.db, 10.0.0.5
                    reviews.shop.svc.cluster, -
                    reviews.shop.svc.cluster.local.shop.svc.cluster.local, -
                    reviews.nowhere, -
                    db-1.db, -
                    example.com, -
                    '', -
                    """)
    void areFoundAsApplicationsWriteThem(String name, String address) {
        assertThat(NAMES.find(question(name, Message.A)))
                .isEqualTo(Optional.ofNullable(address).map(MeshNamesTest::addresses));
    }

    @Test
    void haveTheAddressesOfTheFamilyThatIsAskedForOrNone() {
        assertThat(NAMES.find(question("both", Message.A))).contains(addresses("10.96.0.3"));
        assertThat(NAMES.find(question("both", Message.AAAA))).contains(addresses("fd00:96::3"));
        assertThat(NAMES.find(question("reviews", Message.AAAA))).contains(List.of());
    }

    @Test
    void areForOthersToAnswerWhereNoAddressIsAskedFor() {
        assertThat(NAMES.find(question("reviews", MX))).isEmpty();
        assertThat(NAMES.find(new Question(1, "reviews", Message.A, 3, 0, false, 512))).isEmpty();
    }

    private static Question question(String name, int type) {
        return new Question(1, name, type, Message.INTERNET, 0, false, 512);
    }

    private static List<InetAddress> addresses(String... literals) {
        return Stream.of(literals).map(InetAddress::ofLiteral).toList();
    }
}
