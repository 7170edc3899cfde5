// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.serin.api.snapshot.NameTable;
import io.serin.proxy.config.watch.Watch;
import io.serin.proxy.dns.Received.Noise;
import io.serin.proxy.dns.Received.Question;
import io.serin.proxy.dns.Received.Wrong;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Answers the application's questions for names, over UDP and TCP. Until there is a table of names,
 * all are passed on.
 *
 * <p>Owned by one event loop; {@link #listen} and {@link #close} are called on others.
 */
public final class DnsServer implements AutoCloseable {

    /**
     * How long a question may take that is passed on: less than the 5 s after which resolvers ask
     * again.
     */
    public static final Duration PATIENCE = Duration.ofMillis(4_500);

    /** More than a question needs; what is longer is cut off, and so is no question any more. */
    private static final int MOST_QUERY_BYTES = 4096;

    private static final int MOST_CONNECTIONS = 128;

    /** RFC 7766 section 6.2.3: in the order of seconds. */
    private static final int IDLE_SECONDS = 10;

    private final Watch<NameTable> names;
    private final String namespace;
    private final Upstream upstream;
    private final Random random;
    private final DnsCounts counts;
    private final List<Channel> listening = new ArrayList<>();
    private int connections;

    private DnsServer(
            Watch<NameTable> names,
            String namespace,
            Upstream upstream,
            Random random,
            DnsCounts counts) {
        this.names = names;
        this.namespace = namespace;
        this.upstream = upstream;
        this.random = random;
        this.counts = counts;
    }

    /**
     * Whose questions it answers, and from what.
     *
     * @param names of the mesh; empty before any are known
     * @param namespace the pod's
     * @param nameServers who is asked for all others, in this order
     * @param patience how long that may take, see {@link #PATIENCE}
     */
    public record Subject(
            Watch<NameTable> names,
            String namespace,
            List<InetSocketAddress> nameServers,
            Duration patience) {
        public Subject {
            nameServers = List.copyOf(nameServers);
        }
    }

    /**
     * Listens; waits until it does, so not to be called on an event loop.
     *
     * @param addresses at each of which it answers; where a port is 0, both protocols get the same
     * @param random not to be foreseen by others
     */
    public static DnsServer listen(
            Sockets sockets,
            List<InetSocketAddress> addresses,
            Subject subject,
            Random random,
            DnsCounts counts) {
        DnsServer server =
                new DnsServer(
                        subject.names,
                        subject.namespace,
                        new Upstream(
                                sockets, subject.nameServers, subject.patience, random, counts),
                        random,
                        counts);
        addresses.forEach(address -> server.listen(sockets, address));
        return server;
    }

    private void listen(Sockets sockets, InetSocketAddress address) {
        Channel udp =
                new Bootstrap()
                        .group(sockets.loop())
                        .channelFactory(sockets.datagrams())
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(MOST_QUERY_BYTES))
                        .handler(new Datagrams())
                        .bind(address)
                        .syncUninterruptibly()
                        .channel();
        listening.add(udp);
        listening.add(
                new ServerBootstrap()
                        .group(sockets.loop())
                        .channelFactory(sockets.servers())
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(new ReadTimeoutHandler(IDLE_SECONDS));
                                        Transport.frame(channel.pipeline());
                                        channel.pipeline().addLast(new Stream());
                                    }
                                })
                        .bind(udp.localAddress())
                        .syncUninterruptibly()
                        .channel());
    }

    /** Where it listens first, as it turned out. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.getFirst().localAddress();
    }

    @Override
    public void close() {
        listening.forEach(channel -> channel.close().syncUninterruptibly());
    }

    private void answer(byte[] query, Transport transport, Consumer<byte[]> reply) {
        switch (Received.of(query)) {
            case Noise _ -> {}
            case Wrong(int code) -> {
                counts.asked();
                reply.accept(Reply.wrong(query, code));
            }
            case Question question -> {
                counts.asked();
                Optional<List<InetAddress>> known =
                        new MeshNames(names.get(), namespace).find(question);
                known.ifPresentOrElse(
                        addresses ->
                                reply.accept(
                                        Reply.addresses(
                                                query,
                                                question,
                                                shuffled(addresses),
                                                transport.limit(question))),
                        () -> upstream.ask(query, question, transport, reply));
            }
        }
    }

    /** Clients take the first: so the pods of a headless Service are all called. */
    private List<InetAddress> shuffled(List<InetAddress> addresses) {
        List<InetAddress> shuffled = new ArrayList<>(addresses);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    private final class Datagrams extends SimpleChannelInboundHandler<DatagramPacket> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            InetSocketAddress client = packet.sender();
            answer(
                    Transport.bytes(packet.content()),
                    Transport.UDP,
                    reply -> {
                        // A client that is gone misses nothing.
                        var _ =
                                context.writeAndFlush(
                                        new DatagramPacket(Unpooled.wrappedBuffer(reply), client));
                    });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
            // The kernel's word of a client that is gone; the socket is everybody's, and stays.
        }
    }

    private final class Stream extends SimpleChannelInboundHandler<ByteBuf> {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            connections++;
            if (connections > MOST_CONNECTIONS) {
                var _ = context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            connections--;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            answer(
                    Transport.bytes(message),
                    Transport.TCP,
                    reply -> {
                        if (context.channel().isWritable()) {
                            var _ = Transport.send(context.channel(), reply);
                        } else {
                            // It asks and asks, and reads nothing.
                            var _ = context.close();
                        }
                    });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
            var _ = context.close();
        }
    }
}
