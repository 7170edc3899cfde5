// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import io.serin.proxy.dns.Received.Question;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The pod's own name servers, asked in their order. Messages go there and come back as they are,
 * but for their number.
 *
 * <p>Every question goes from a socket of its own, bound to a port that the kernel picks at random
 * and connected to the server, under a random number: whoever wants to answer in the server's place
 * has to guess both, and to be let in by the kernel. What answers another question is overheard.
 *
 * <p>Owned by one event loop.
 */
final class Upstream {

    private static final Logger LOG = Logger.getLogger("dns");

    /**
     * Sockets at a time; an application that asks for more names at once waits for none of them.
     */
    private static final int MOST = 512;

    /** With one server, it is asked twice: a packet may be lost. */
    private static final int LEAST_TRIES = 2;

    private static final int MOST_TRIES = 3;

    private final Sockets sockets;
    private final List<InetSocketAddress> servers;
    private final Duration perTry;
    private final int tries;
    private final RandomGenerator random;
    private final DnsCounts counts;
    private int asking;
    private boolean silent;

    /**
     * Asks these.
     *
     * @param patience how long a question may take, all tries together
     * @param random not to be foreseen by others
     */
    Upstream(
            Sockets sockets,
            List<InetSocketAddress> servers,
            Duration patience,
            RandomGenerator random,
            DnsCounts counts) {
        this.sockets = sockets;
        this.servers = List.copyOf(servers);
        this.tries = servers.isEmpty() ? 0 : Math.clamp(servers.size(), LEAST_TRIES, MOST_TRIES);
        this.perTry = patience.dividedBy(Math.max(1, tries));
        this.random = random;
        this.counts = counts;
    }

    /**
     * Passes a question on.
     *
     * @param reply told once what to answer, later or at once
     */
    void ask(byte[] query, Question question, Transport transport, Consumer<byte[]> reply) {
        counts.passedOn();
        Asking one = new Asking(query, question, transport, reply);
        if (asking >= MOST) {
            one.fail();
            return;
        }
        asking++;
        one.next();
    }

    /** Once, until one answers again. */
    private void complain(String name) {
        if (!silent) {
            silent = true;
            LOG.warning(() -> "no name server answers servers=" + servers + " name=" + name);
        }
    }

    /** One question, on its way from server to server. */
    private final class Asking {

        private final byte[] query;
        private final Question question;
        private final Transport transport;
        private final Consumer<byte[]> reply;
        private final long began = sockets.loop().ticker().nanoTime();
        private int tried;

        /** What a server said that could not answer; better than nothing. */
        private byte @Nullable [] excuse;

        Asking(byte[] query, Question question, Transport transport, Consumer<byte[]> reply) {
            this.query = query;
            this.question = question;
            this.transport = transport;
            this.reply = reply;
        }

        void next() {
            if (tried < tries) {
                InetSocketAddress server = servers.get(tried % servers.size());
                tried++;
                new Try(this).begin(server);
                return;
            }
            asking--;
            byte[] last = excuse;
            if (last != null) {
                took();
                reply.accept(last);
            } else {
                complain(question.name());
                fail();
            }
        }

        void answered(byte[] answer) {
            byte[] own = Message.under(question.id(), answer);
            int code = Message.flags(answer) & Message.CODE;
            if (code == Message.SERVER_FAILURE
                    || code == Message.NOT_IMPLEMENTED
                    || code == Message.REFUSED) {
                // The application's resolver would go to its next server, which is us again.
                excuse = own;
                next();
                return;
            }
            asking--;
            took();
            reply.accept(own);
        }

        private void took() {
            silent = false;
            counts.answered(Duration.ofNanos(sockets.loop().ticker().nanoTime() - began));
        }

        void fail() {
            counts.failed();
            reply.accept(Reply.failure(query, question, Message.SERVER_FAILURE));
        }

        /** Whether it answers what was asked under this number. */
        boolean isAnswered(byte[] answer, int id) {
            return answer.length >= question.end()
                    && Message.number(answer, 0) == id
                    && (Message.flags(answer) & Message.RESPONSE) != 0
                    && Message.number(answer, Message.QUESTIONS_AT) == 1
                    && Arrays.equals(
                            answer,
                            Message.HEADER_BYTES,
                            question.end(),
                            query,
                            Message.HEADER_BYTES,
                            question.end());
        }
    }

    /** One server, asked once. Over with the first answer, failure, or end of patience. */
    private final class Try extends SimpleChannelInboundHandler<Object> {

        private final Asking asking;
        private final int id = random.nextInt(1 << 16);
        private Optional<Channel> channel = Optional.empty();
        private Optional<Future<?>> deadline = Optional.empty();
        private boolean over;

        Try(Asking asking) {
            this.asking = asking;
        }

        void begin(InetSocketAddress server) {
            boolean udp = asking.transport == Transport.UDP;
            Bootstrap bootstrap =
                    new Bootstrap()
                            .group(sockets.loop())
                            .channelFactory(udp ? sockets.datagrams() : sockets.streams())
                            .handler(
                                    new ChannelInitializer<Channel>() {
                                        @Override
                                        protected void initChannel(Channel made) {
                                            if (!udp) {
                                                Transport.frame(made.pipeline());
                                            }
                                            made.pipeline().addLast(Try.this);
                                        }
                                    });
            if (udp) {
                // All that the client takes, or the end of an answer is cut off.
                bootstrap.option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(asking.question.limit()));
            }
            deadline =
                    Optional.of(
                            sockets.loop()
                                    .schedule(
                                            () -> end(asking::next),
                                            perTry.toNanos(),
                                            TimeUnit.NANOSECONDS));
            ChannelFuture connecting = bootstrap.connect(server);
            channel = Optional.of(connecting.channel());
            connecting.addListener(connected ->
                    onLoop(() -> {
                        if (connected.isSuccess()) {
                            send(connecting.channel());
                        } else {
                            end(asking::next);
                        }
                    }));
        }

        /** Where there is no socket left, it is another thread that says so. */
        private void onLoop(Runnable then) {
            if (sockets.loop().inEventLoop()) {
                then.run();
            } else {
                sockets.loop().execute(then);
            }
        }

        private void send(Channel connected) {
            var _ =
                    Transport.send(connected, Message.under(id, asking.query))
                            .addListener(sent -> {
                                if (!sent.isSuccess()) {
                                    end(asking::next);
                                }
                            });
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Object message) {
            byte[] answer =
                    Transport.bytes(
                            message instanceof ByteBufHolder packet
                                    ? packet.content()
                                    : (ByteBuf) message);
            if (asking.isAnswered(answer, id)) {
                end(() -> asking.answered(answer));
            } else if (asking.transport == Transport.TCP) {
                end(asking::next);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end(asking::next);
        }

        /** Also where there is no server at that port: the kernel says so. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
            end(asking::next);
        }

        private void end(Runnable then) {
            if (over) {
                return;
            }
            over = true;
            deadline.ifPresent(timer -> timer.cancel(false));
            // One that was never made can't be closed.
            channel.filter(Channel::isRegistered)
                    .ifPresent(made -> {
                        var _ = made.close();
                    });
            then.run();
        }
    }
}
