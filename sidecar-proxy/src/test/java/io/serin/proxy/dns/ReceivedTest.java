// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.proxy.dns.Received.Noise;
import io.serin.proxy.dns.Received.Question;
import io.serin.proxy.dns.Received.Wrong;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceivedTest {

    @Test
    void readsAQuestion() {
        byte[] query = Query.of(0xbeef, "Reviews.Shop.svc", Message.AAAA);

        assertThat(Received.of(query))
                .isEqualTo(
                        new Question(
                                0xbeef,
                                "reviews.shop.svc",
                                Message.AAAA,
                                Message.INTERNET,
                                query.length,
                                false,
                                512));
    }

    @ParameterizedTest
    @CsvSource({"4096, 4096", "100, 512", "65535, 65535"})
    void readsWhatTheClientTakes(int said, int taken) {
        assertThat(Received.of(Query.extended(1, "web", Message.A, said)))
                .isInstanceOfSatisfying(
                        Question.class,
                        question -> {
                            assertThat(question.extended()).isTrue();
                            assertThat(question.limit()).isEqualTo(taken);
                        });
    }

    @Test
    void namesOfOtherCharactersAreNobodysHere() {
        for (String name : List.of("", "*.shop", "we b.shop", "w\u00e9b")) {
            assertThat(Received.of(Query.of(1, name, Message.A)))
                    .isInstanceOfSatisfying(
                            Question.class, question -> assertThat(question.name()).isEmpty());
        }
        // A dot within a label, not between two.
        byte[] query = Query.of(1, "web-shop", Message.A);
        query[12 + 4] = '.';
        assertThat(Received.of(query))
                .isInstanceOfSatisfying(
                        Question.class, question -> assertThat(question.name()).isEmpty());
    }

    @Test
    void answersAndScrapsAreNoQuestions() {
        byte[] query = Query.of(1, "web", Message.A);

        assertThat(Received.of(Query.answer(query, 0))).isEqualTo(new Noise());
        assertThat(Received.of(Arrays.copyOf(query, 11))).isEqualTo(new Noise());
        assertThat(Received.of(new byte[0])).isEqualTo(new Noise());
    }

    @Test
    void whatCantBeReadIsSaidToBeWrong() {
        byte[] query = Query.of(1, "web", Message.A);
        byte[] noQuestion = query.clone();
        noQuestion[5] = 0;
        byte[] two = query.clone();
        two[5] = 2;
        byte[] pointer = query.clone();
        pointer[12] = (byte) 0xc0;
        byte[] update = query.clone();
        update[2] = 5 << 3;
        byte[] endless = new byte[600];
        Arrays.fill(endless, (byte) 1);
        System.arraycopy(query, 0, endless, 0, 12);

        for (byte[] wrong : List.of(noQuestion, two, pointer, endless, Arrays.copyOf(query, 18))) {
            assertThat(Received.of(wrong)).isEqualTo(new Wrong(Message.FORMAT_ERROR));
        }
        assertThat(Received.of(update)).isEqualTo(new Wrong(Message.NOT_IMPLEMENTED));
    }

    @Test
    void aNameIsAsLongAsANameMayBe() {
        String label = "a".repeat(63);
        String longest = String.join(".", label, label, label, "a".repeat(61));

        assertThat(Received.of(Query.of(1, longest, Message.A))).isInstanceOf(Question.class);
        assertThat(Received.of(Query.of(1, longest + "a", Message.A)))
                .isEqualTo(new Wrong(Message.FORMAT_ERROR));
    }

    /** Whatever comes, it is read or refused, and what is answered is well formed. */
    @Test
    void survivesAnything() {
        SplittableRandom random = new SplittableRandom(53);
        byte[] good = Query.extended(7, "reviews.shop.svc.cluster.local", Message.A, 1232);
        int questions = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 20));
            for (int flips = random.nextInt(6); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            switch (Received.of(bytes)) {
                case Noise _ -> {}
                case Wrong(int code) ->
                        assertThat(Query.Answer.read(Reply.wrong(bytes, code)).code())
                                .isEqualTo(code);
                case Question question -> {
                    questions++;
                    assertThat(question.end()).isLessThanOrEqualTo(bytes.length);
                    byte[] failure = Reply.failure(bytes, question, Message.SERVER_FAILURE);
                    assertThat(Query.Answer.read(failure).rest()).isZero();
                    byte[] none = Reply.addresses(bytes, question, List.of(), 512);
                    assertThat(Query.Answer.read(none).rest())
                            .isEqualTo(question.extended() ? 11 : 0);
                }
            }
        }
        assertThat(questions).isGreaterThan(1_000);
    }
}
