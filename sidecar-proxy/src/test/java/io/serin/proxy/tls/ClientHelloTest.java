// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** First messages as real clients send them. */
class ClientHelloTest {

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void tellsTheMeshsConnectionsByWhatTheirClientsOffer(SslProvider provider) throws Exception {
        assertThat(kind(hello(provider, "istio-http/1.1", "istio", "http/1.1")))
                .isEqualTo(ClientHello.Kind.MESH_HTTP);
        assertThat(kind(hello(provider, "istio-peer-exchange", "istio")))
                .isEqualTo(ClientHello.Kind.MESH);
        assertThat(kind(hello(provider, "istio-h2", "istio", "h2")))
                .isEqualTo(ClientHello.Kind.MESH);
        assertThat(kind(hello(provider, "h2", "http/1.1"))).isEqualTo(ClientHello.Kind.FOREIGN);
        assertThat(kind(hello(provider))).isEqualTo(ClientHello.Kind.FOREIGN);
    }

    @Test
    void waitsForAllOfItAndForNothingElse() throws Exception {
        byte[] hello = hello(SslProvider.OPENSSL, "istio");
        for (int length = 0; length < hello.length; length++) {
            assertThat(ClientHello.of(Unpooled.wrappedBuffer(hello, 0, length)))
                    .isEqualTo(ClientHello.Kind.UNDECIDED);
        }
        for (String other : List.of("GET / HTTP/1.1", "\u0016\u0002", "\u0000", "PRI * HTTP/2.0")) {
            assertThat(kind(other.getBytes(StandardCharsets.ISO_8859_1)))
                    .isEqualTo(ClientHello.Kind.FOREIGN);
        }
    }

    @Test
    void movesNothing() throws Exception {
        ByteBuf bytes = Unpooled.wrappedBuffer(hello(SslProvider.OPENSSL, "istio"));
        int readable = bytes.readableBytes();
        assertThat(ClientHello.of(bytes)).isEqualTo(ClientHello.Kind.MESH);
        assertThat(bytes.readableBytes()).isEqualTo(readable);
    }

    @Test
    void takesWhatIsMalformedForTheApplications() throws Exception {
        byte[] hello = hello(SslProvider.OPENSSL, "istio-http/1.1");
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] broken = hello.clone();
            // Not the record's length, which says how much is waited for.
            for (int change = 0; change < 3; change++) {
                broken[5 + random.nextInt(broken.length - 5)] = (byte) random.nextInt();
            }
            assertThat(kind(broken)).isNotEqualTo(ClientHello.Kind.UNDECIDED);
        }
    }

    private static ClientHello.Kind kind(byte[] bytes) {
        return ClientHello.of(Unpooled.wrappedBuffer(bytes));
    }

    private static byte[] hello(SslProvider provider, String... offered) throws Exception {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(provider);
        if (offered.length > 0) {
            builder.applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            offered));
        }
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast(builder.build().newHandler(channel.alloc()));
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(out);
            out.release();
        }
        channel.finishAndReleaseAll();
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }
}
