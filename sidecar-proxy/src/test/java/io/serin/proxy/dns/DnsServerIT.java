// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ReflectiveChannelFactory;
import io.serin.api.snapshot.NameTable;
import io.serin.proxy.config.watch.WatchSource;
import io.serin.proxy.dns.Query.Answer;
import io.serin.proxy.transport.Loops;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent's name server between a client and the pod's name servers, on real sockets. */
class DnsServerIT {

    private static final NameTable TABLE =
            new NameTable(
                    Map.of(
                            "reviews.shop.svc.cluster.local",
                            List.of(InetAddress.ofLiteral("10.96.0.1")),
                            "db.shop.svc.cluster.local",
                            List.of(
                                    InetAddress.ofLiteral("10.0.0.1"),
                                    InetAddress.ofLiteral("10.0.0.2"),
                                    InetAddress.ofLiteral("10.0.0.3"))));

    private final Loops loops = new Loops(1);
    private final WatchSource<NameTable> names = new WatchSource<>(NameTable.EMPTY);
    private final DnsCounts counts = new DnsCounts();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        loops.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersForTheMeshAndPassesOnTheRest(Transport transport) throws Exception {
        NameServerStub upstream = upstream(DnsServerIT::echo);
        DnsServer server = server(upstream.address());

        byte[] early = Query.of(1, "reviews.shop", Message.A);
        assertThat(ask(server, transport, early)).isEqualTo(Query.answer(early, 0));
        names.publish(TABLE);

        Answer known = Answer.read(ask(server, transport, Query.of(2, "REVIEWS.shop", Message.A)));
        assertThat(known)
                .isEqualTo(
                        new Answer(
                                2, 0, true, false, List.of(InetAddress.ofLiteral("10.96.0.1")), 0));
        Answer other = Answer.read(ask(server, transport, Query.of(3, "reviews", Message.AAAA)));
        assertThat(other).isEqualTo(new Answer(3, 0, true, false, List.of(), 0));
        byte[] foreign = Query.extended(4, "example.com", Message.A, 1232);
        assertThat(ask(server, transport, foreign)).isEqualTo(Query.answer(foreign, 0));
        byte[] kind = Query.of(5, "reviews.shop.svc.cluster.local", 33);
        assertThat(ask(server, transport, kind)).isEqualTo(Query.answer(kind, 0));

        assertThat(upstream.asked).hasSize(3);
        assertThat(counts.requests()).isEqualTo(5);
        assertThat(counts.upstreamRequests()).isEqualTo(3);
        assertThat(counts.upstreamFailures()).isZero();
        assertThat(counts.upstreamTime()).isPositive();
    }

    /** A client of a headless Service asks for both, and takes what there is. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersWithTheAddressesOfTheFamilyThatIsAskedFor(Transport transport) throws Exception {
        DnsServer server = server(upstream(DnsServerIT::echo).address());
        names.publish(
                new NameTable(
                        Map.of(
                                "db-0.db.shop.svc.cluster.local",
                                List.of(
                                        InetAddress.ofLiteral("10.0.0.5"),
                                        InetAddress.ofLiteral("fd00::5")))));

        Answer four = Answer.read(ask(server, transport, Query.of(1, "db-0.db", Message.A)));
        Answer six = Answer.read(ask(server, transport, Query.of(2, "db-0.db", Message.AAAA)));

        assertThat(four.addresses()).containsExactly(InetAddress.ofLiteral("10.0.0.5"));
        assertThat(six.addresses()).containsExactly(InetAddress.ofLiteral("fd00::5"));
    }

    @Test
    void saysAgainWhatItKnowsWhenNoServerAnswers() throws Exception {
        names.publish(TABLE);
        DnsServer server = server();

        assertThat(
                        Answer.read(ask(server, Transport.UDP, Query.of(1, "reviews", Message.A)))
                                .code())
                .isZero();
        assertThat(Answer.read(ask(server, Transport.UDP, Query.of(2, "x.com", Message.A))).code())
                .isEqualTo(Message.SERVER_FAILURE);
        assertThat(counts.upstreamFailures()).isEqualTo(1);
    }

    @Test
    void spreadsClientsOverThePodsOfAHeadlessService() throws Exception {
        names.publish(TABLE);
        DnsServer server = server();

        Set<InetAddress> first = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Answer answer = Answer.read(ask(server, Transport.UDP, Query.of(i, "db", Message.A)));
            assertThat(answer.addresses()).hasSize(3);
            first.add(answer.addresses().getFirst());
        }
        assertThat(first).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void goesToTheNextServerWhenOneIsSilentOrFails(Transport transport) throws Exception {
        NameServerStub silent = upstream(_ -> List.of());
        NameServerStub failing =
                upstream(query -> List.of(Query.answer(query, Message.SERVER_FAILURE)));
        NameServerStub good = upstream(DnsServerIT::echo);
        DnsServer server = server(silent.address(), failing.address(), good.address());

        byte[] query = Query.of(9, "example.com", Message.A);
        assertThat(ask(server, transport, query)).isEqualTo(Query.answer(query, 0));

        assertThat(silent.asked).hasSize(1);
        assertThat(failing.asked).hasSize(1);
        assertThat(good.asked).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void saysWhatTheLastServerSaidWhenNoneCanAnswer(Transport transport) throws Exception {
        NameServerStub refusing = upstream(query -> List.of(Query.answer(query, Message.REFUSED)));
        DnsServer server = server(refusing.address(), nobody());

        byte[] query = Query.of(9, "example.com", Message.A);
        assertThat(ask(server, transport, query)).isEqualTo(Query.answer(query, Message.REFUSED));
    }

    @Test
    void goesOnAtOnceWhereNobodyListens() throws Exception {
        NameServerStub good = upstream(DnsServerIT::echo);
        DnsServer server = server(Duration.ofMinutes(1), nobody(), good.address());

        for (Transport transport : Transport.values()) {
            byte[] query = Query.of(9, "example.com", Message.A);
            assertThat(ask(server, transport, query)).isEqualTo(Query.answer(query, 0));
        }
    }

    @Test
    void overhearsWhatAnswersAnotherQuestion() throws Exception {
        NameServerStub liar =
                upstream(query -> {
                    byte[] right = Query.answer(query, 0);
                    byte[] otherId = Message.under(Message.number(query, 0) ^ 1, right);
                    byte[] otherName = right.clone();
                    otherName[14] = 'X';
                    byte[] poison = right.clone();
                    Message.put(poison, 4, 0);
                    return List.of(
                            otherId, otherName, query, poison, Arrays.copyOf(right, 12), right);
                });
        DnsServer server = server(liar.address());

        byte[] query = Query.of(9, "example.com", Message.A);
        assertThat(ask(server, Transport.UDP, query)).isEqualTo(Query.answer(query, 0));
        assertThat(liar.asked).hasSize(1);
    }

    @Test
    void asksUnderNumbersAndFromPortsOfItsOwn() throws Exception {
        NameServerStub upstream = upstream(DnsServerIT::echo);
        DnsServer server = server(upstream.address());

        for (int i = 0; i < 20; i++) {
            ask(server, Transport.UDP, Query.of(7, "example.com", Message.A));
        }
        assertThat(new HashSet<>(upstream.ports)).hasSizeGreaterThan(10);
        assertThat(upstream.asked.stream().map(query -> Message.number(query, 0)).distinct())
                .hasSizeGreaterThan(10);
    }

    @Test
    void takesLargeAnswersAsFarAsTheClientDoes() throws Exception {
        byte[] tail = new byte[3000];
        new Random(1).nextBytes(tail);
        NameServerStub upstream =
                upstream(query -> {
                    byte[] answer = Query.answer(query, 0);
                    byte[] large = Arrays.copyOf(answer, answer.length + tail.length);
                    System.arraycopy(tail, 0, large, answer.length, tail.length);
                    return List.of(large);
                });
        DnsServer server = server(upstream.address());

        byte[] query = Query.extended(1, "example.com", 16, 4096);
        assertThat(ask(server, Transport.UDP, query))
                .hasSize(query.length + tail.length)
                .endsWith(tail);
        assertThat(ask(server, Transport.TCP, query)).endsWith(tail);
    }

    @Test
    void answersSeveralQuestionsOnOneConnection() throws Exception {
        names.publish(TABLE);
        DnsServer server = server(upstream(DnsServerIT::echo).address());

        try (Socket socket = new Socket()) {
            socket.connect(server.address());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            for (byte[] query :
                    List.of(
                            Query.of(1, "example.com", Message.A),
                            Query.of(2, "reviews", Message.A))) {
                out.writeShort(query.length);
                out.write(query);
            }
            DataInputStream in = new DataInputStream(socket.getInputStream());
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                ids.add(Message.number(in.readNBytes(in.readUnsignedShort()), 0));
            }
            assertThat(ids).containsExactlyInAnyOrder(1, 2);
        }
    }

    @Test
    void refusesMoreQuestionsAtATimeThanItHasSocketsFor() throws Exception {
        NameServerStub silent = upstream(_ -> List.of());
        DnsServer server = server(Duration.ofMinutes(1), silent.address());

        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server.address());
            socket.setSoTimeout(10_000);
            for (int asked = 1; counts.upstreamFailures() == 0; asked++) {
                byte[] query = Query.of(asked, "example.com", Message.A);
                socket.send(new DatagramPacket(query, query.length));
                // No faster than they are read, or the kernel drops some.
                long so = asked;
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> counts.requests() == so);
            }
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            socket.receive(packet);
            assertThat(Answer.read(Arrays.copyOf(packet.getData(), packet.getLength())).code())
                    .isEqualTo(Message.SERVER_FAILURE);
            assertThat(counts.upstreamRequests()).isEqualTo(513);
        }
    }

    @Test
    void outlivesWhateverIsSentToIt() throws Exception {
        names.publish(TABLE);
        DnsServer server = server(upstream(DnsServerIT::echo).address());
        Random random = new Random(53);
        byte[] good = Query.of(1, "reviews", Message.A);

        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server.address());
            for (int round = 0; round < 2_000; round++) {
                byte[] bytes = Arrays.copyOf(good, random.nextInt(60));
                for (int i = random.nextInt(8); i > 0 && bytes.length > 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                socket.send(new DatagramPacket(bytes, bytes.length));
            }
        }
        for (int round = 0; round < 20; round++) {
            try (Socket socket = new Socket()) {
                socket.connect(server.address());
                byte[] bytes = new byte[random.nextInt(600)];
                random.nextBytes(bytes);
                socket.getOutputStream().write(bytes);
            }
        }

        for (Transport transport : Transport.values()) {
            assertThat(Answer.read(ask(server, transport, good)).addresses()).hasSize(1);
        }
    }

    /** The question, as an answer without a record. */
    private static List<byte[]> echo(byte[] query) {
        return List.of(Query.answer(query, 0));
    }

    private NameServerStub upstream(Function<byte[], List<byte[]>> answers) throws IOException {
        NameServerStub stub = new NameServerStub(answers);
        open.push(stub);
        return stub;
    }

    private DnsServer server(InetSocketAddress... upstream) {
        return server(Duration.ofMillis(1_500), upstream);
    }

    private DnsServer server(Duration patience, InetSocketAddress... upstream) {
        DnsServer server = listen(patience, upstream);
        open.push(server);
        return server;
    }

    /** What the kernel gives as a free port of UDP may be taken of TCP: then another one. */
    private DnsServer listen(Duration patience, InetSocketAddress... upstream) {
        for (int left = 9; ; left--) {
            try {
                return DnsServer.listen(
                        new Sockets(
                                loops.group().next(),
                                new ReflectiveChannelFactory<>(loops.datagramChannel()),
                                new ReflectiveChannelFactory<>(loops.serverChannel()),
                                new ReflectiveChannelFactory<>(loops.channel())),
                        List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)),
                        new DnsServer.Subject(names, "shop", List.of(upstream), patience),
                        new Random(1),
                        counts);
            } catch (Exception taken) {
                if (left == 0 || !(taken instanceof IOException)) {
                    throw taken;
                }
            }
        }
    }

    /** Where nobody listens. */
    private static InetSocketAddress nobody() throws IOException {
        try (NameServerStub gone = new NameServerStub(_ -> List.of())) {
            return gone.address();
        }
    }

    private static byte[] ask(DnsServer server, Transport transport, byte[] query)
            throws IOException {
        return switch (transport) {
            case UDP -> askUdp(server.address(), query);
            case TCP -> askTcp(server.address(), query);
        };
    }

    private static byte[] askUdp(InetSocketAddress server, byte[] query) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            // Connected: an answer from anybody else would not be taken.
            socket.connect(server);
            socket.setSoTimeout(5_000);
            DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
            // As resolvers do: the kernel drops what is sent faster than it is read.
            for (int tries = 0; tries < 3; tries++) {
                socket.send(new DatagramPacket(query, query.length));
                try {
                    socket.receive(packet);
                    return Arrays.copyOf(packet.getData(), packet.getLength());
                } catch (SocketTimeoutException late) {
                    // Once more.
                }
            }
            throw new IOException("no answer");
        }
    }

    private static byte[] askTcp(InetSocketAddress server, byte[] query) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server);
            socket.setSoTimeout(10_000);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(query.length);
            out.write(query);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return in.readNBytes(in.readUnsignedShort());
        }
    }
}
