// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProtocols;
import io.netty.handler.ssl.SslProvider;
import io.serin.api.contract.MeshAlpn;
import io.serin.api.name.SpiffeId;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * What it takes to speak the mesh's mTLS, from one set of {@link Credentials}: TLS 1.3 or 1.2, both
 * sides with a certificate. New connections take the latest; those that are open keep what they
 * began with. Any thread.
 */
public final class MeshTls {

    /** What a client says is inside a connection. */
    public enum Inside {
        HTTP,
        ANYTHING
    }

    /** What a server chooses where a foreign client of the mesh offers them as well. */
    private static final List<String> SERVED = List.of("h2", "http/1.1");

    private final Credentials credentials;
    private final SslContext server;
    private final SslContext httpClient;
    private final SslContext anyClient;

    /**
     * Takes a few milliseconds; not on an event loop.
     *
     * @throws SSLException when the credentials are no good
     */
    public MeshTls(Credentials credentials) throws SSLException {
        this.credentials = credentials;
        PeerTrust trust = new PeerTrust(credentials.roots(), credentials.self().trustDomain());
        X509Certificate[] chain = credentials.chain().toArray(X509Certificate[]::new);
        server =
                common(SslContextBuilder.forServer(credentials.key(), chain), trust, SERVED)
                        .clientAuth(ClientAuth.REQUIRE)
                        .build();
        httpClient = client(credentials, chain, trust, MeshAlpn.HTTP_1_1, MeshAlpn.ANY);
        anyClient = client(credentials, chain, trust, MeshAlpn.ANY);
    }

    private static SslContext client(
            Credentials credentials, X509Certificate[] chain, PeerTrust trust, String... offered)
            throws SSLException {
        return common(SslContextBuilder.forClient(), trust, List.of(offered))
                .keyManager(credentials.key(), chain)
                // Names of hosts are not in these certificates; identities are, see secured.
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    private static SslContextBuilder common(
            SslContextBuilder builder, PeerTrust trust, List<String> protocols) {
        return builder.sslProvider(SslProvider.OPENSSL)
                // Holds the key for a moment; the default kind would encrypt it 10 000 times over.
                .keyStoreType("JKS")
                .trustManager(trust)
                .protocols(SslProtocols.TLS_v1_3, SslProtocols.TLS_v1_2)
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(
                                Protocol.ALPN,
                                SelectorFailureBehavior.NO_ADVERTISE,
                                SelectedListenerFailureBehavior.ACCEPT,
                                protocols));
    }

    public Credentials credentials() {
        return credentials;
    }

    /** For a connection that the mesh has opened to here. */
    public SslHandler server(Channel channel, Duration patience) {
        return patient(server.newHandler(channel.alloc()), patience);
    }

    /** For a connection that is opened from here. */
    public SslHandler client(Channel channel, Inside inside, Duration patience) {
        SslContext context =
                switch (inside) {
                    case HTTP -> httpClient;
                    case ANYTHING -> anyClient;
                };
        return patient(context.newHandler(channel.alloc()), patience);
    }

    private static SslHandler patient(SslHandler handler, Duration patience) {
        handler.setHandshakeTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
        return handler;
    }

    /** Who is at the other end of a connection whose handshake is done; empty where it is not. */
    public static Optional<SpiffeId> peer(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    PeerTrust.identity(
                            (X509Certificate) tls.engine().getSession().getPeerCertificates()[0]));
        } catch (SSLPeerUnverifiedException | CertificateException notYet) {
            return Optional.empty();
        }
    }
}
