// SPDX-License-Identifier: Apache-2.0
package io.serin.local.dns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuery;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import io.serin.local.api.WatchEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's names over UDP and TCP. The zone is made anew when something changed and someone
 * asks; one event loop answers.
 */
public final class DnsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    // RFC 1035 section 4.2.1: what fits without EDNS.
    private static final int PLAIN_UDP_BYTES = 512;
    private static final int HEADER_BYTES = 12;
    private static final int RECORD_BYTES = 12;

    private final Map<String, ObjectNode> services = new HashMap<>();
    private final Map<String, ObjectNode> slices = new HashMap<>();
    private final List<AutoCloseable> watches;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private boolean stale = true;
    private Zone zone = Zone.of(List.of(), List.of());

    private DnsServer(ClusterApi api) {
        watches =
                List.of(
                        api.watch(Resources.SERVICES, event -> saw(services, event)),
                        api.watch(Resources.ENDPOINT_SLICES, event -> saw(slices, event)));
    }

    /**
     * Listens on both protocols.
     *
     * @throws IOException when the address is taken
     */
    public static DnsServer start(ClusterApi api, InetSocketAddress address) throws IOException {
        DnsServer server = new DnsServer(api);
        try {
            server.listen(address);
            return server;
        } catch (RuntimeException refused) {
            server.close();
            throw new IOException("DNS on " + address + ": " + refused.getMessage(), refused);
        }
    }

    private void listen(InetSocketAddress address) {
        Channel udp =
                new Bootstrap()
                        .group(loop)
                        .channel(NioDatagramChannel.class)
                        .handler(
                                initializer(channel ->
                                        channel.pipeline()
                                                .addLast(new DatagramDnsQueryDecoder())
                                                .addLast(new DatagramDnsResponseEncoder())
                                                .addLast(new Datagrams())))
                        .bind(address)
                        .syncUninterruptibly()
                        .channel();
        Channel tcp =
                new ServerBootstrap()
                        .group(loop)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                initializer(channel ->
                                        channel.pipeline()
                                                .addLast(new TcpDnsQueryDecoder())
                                                .addLast(new TcpDnsResponseEncoder())
                                                .addLast(new Streams())))
                        .bind((InetSocketAddress) udp.localAddress())
                        .syncUninterruptibly()
                        .channel();
        LOG.debug("answering on {}", tcp.localAddress());
    }

    private static ChannelHandler initializer(java.util.function.Consumer<Channel> set) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                set.accept(channel);
            }
        };
    }

    private synchronized void saw(Map<String, ObjectNode> picture, WatchEvent event) {
        String key = Meta.namespace(event.object()) + "/" + Meta.name(event.object());
        if (event.type() == WatchEvent.Type.DELETED) {
            picture.remove(key);
        } else {
            picture.put(key, event.object());
        }
        stale = true;
    }

    private synchronized Zone zone() {
        if (stale) {
            zone = Zone.of(services.values(), slices.values());
            stale = false;
        }
        return zone;
    }

    private void answer(DnsQuery query, DnsResponse response) {
        response.setRecursionDesired(query.isRecursionDesired());
        DnsQuestion question = query.recordAt(DnsSection.QUESTION);
        if (question == null) {
            response.setCode(DnsResponseCode.FORMERR);
            return;
        }
        response.addRecord(DnsSection.QUESTION, question);
        if (!query.opCode().equals(DnsOpCode.QUERY)) {
            response.setCode(DnsResponseCode.NOTIMP);
            return;
        }
        Answers.answer(zone(), question, response);
    }

    private final class Datagrams extends SimpleChannelInboundHandler<DatagramDnsQuery> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            DatagramDnsResponse response =
                    new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            answer(query, response);
            if (size(response) > limit(query)) {
                response.clear(DnsSection.ANSWER).clear(DnsSection.ADDITIONAL).setTruncated(true);
            }
            var _ = context.writeAndFlush(response);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
            LOG.debug("a datagram that is no question", broken);
        }
    }

    private final class Streams extends SimpleChannelInboundHandler<DefaultDnsQuery> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DefaultDnsQuery query) {
            DnsResponse response = new DefaultDnsResponse(query.id());
            answer(query, response);
            var _ = context.writeAndFlush(response);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
            LOG.debug("a stream that is no question", broken);
            var _ = context.close();
        }
    }

    /** How long a datagram the asker takes: RFC 6891 section 6.2.3, in the class field of OPT. */
    private static int limit(DnsQuery query) {
        for (int i = 0; i < query.count(DnsSection.ADDITIONAL); i++) {
            DnsRecord extra = query.recordAt(DnsSection.ADDITIONAL, i);
            if (extra.type().equals(DnsRecordType.OPT)) {
                return Math.max(PLAIN_UDP_BYTES, extra.dnsClass());
            }
        }
        return PLAIN_UDP_BYTES;
    }

    /** At most: names are not compressed by the encoder. */
    private static int size(DnsResponse response) {
        int size = HEADER_BYTES;
        for (DnsSection section : DnsSection.values()) {
            for (int i = 0; i < response.count(section); i++) {
                DnsRecord held = response.recordAt(section, i);
                size += held.name().length() + RECORD_BYTES;
                if (held instanceof io.netty.buffer.ByteBufHolder data) {
                    size += data.content().readableBytes();
                }
            }
        }
        return size;
    }

    @Override
    public void close() {
        for (AutoCloseable watch : watches) {
            try {
                watch.close();
            } catch (Exception broken) {
                LOG.debug("a watch", broken);
            }
        }
        var _ = loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }
}
