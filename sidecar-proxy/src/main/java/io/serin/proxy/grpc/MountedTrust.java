// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProtocols;
import io.netty.handler.ssl.SslProvider;
import io.serin.api.contract.Objects;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * By files that are mounted into the pod, and change while it runs: the root certificates when the
 * mesh gets another authority, the token about once an hour. Both are read for each attempt.
 *
 * <p>May be called on any thread but an event loop.
 */
public final class MountedTrust implements Trust {

    private static final String TOKEN_WANTED =
            "a service account's token; has the pod a volume of one for the audience "
                    + Objects.TOKEN_AUDIENCE
                    + "?";

    private final Path rootCertificates;
    private final Path token;

    private byte[] heldRoots = {};
    private @Nullable SslContext context;

    public MountedTrust(Path rootCertificates, Path token) {
        this.rootCertificates = rootCertificates;
        this.token = token;
    }

    /**
     * Does ahead what takes a while, so that the first attempt need not.
     *
     * @throws UnsatisfiedLinkError when this program can't do TLS at all
     */
    public void prepare() {
        OpenSsl.ensureAvailability();
        try {
            context();
        } catch (TrustFault fault) {
            // The first attempt meets it again, unless the file has come by then.
        }
    }

    @Override
    public Optional<Terms> terms() throws TrustFault {
        return Optional.of(new Terms(context(), token()));
    }

    private String token() throws TrustFault {
        String text = new String(read("token", token, TOKEN_WANTED), UTF_8).strip();
        // It becomes a header's value.
        if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw fault("token", token, "is not one", TOKEN_WANTED);
        }
        return text;
    }

    /** A new one only for other certificates: it is dear. */
    private synchronized SslContext context() throws TrustFault {
        byte[] roots = RootCertificates.read(rootCertificates);
        SslContext held = context;
        if (held == null || !Arrays.equals(roots, heldRoots)) {
            held = context(RootCertificates.parse(rootCertificates, roots));
            context = held;
            heldRoots = roots;
        }
        return held;
    }

    private SslContext context(List<X509Certificate> roots) throws TrustFault {
        Set<TrustAnchor> anchors =
                roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
        try {
            // Not by a key store, which would cost a start its time for nothing.
            PKIXBuilderParameters trusted = new PKIXBuilderParameters(anchors, null);
            trusted.setRevocationEnabled(false);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(new CertPathTrustManagerParameters(trusted));
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL)
                    .trustManager(trust)
                    .endpointIdentificationAlgorithm("HTTPS")
                    .protocols(SslProtocols.TLS_v1_3, SslProtocols.TLS_v1_2)
                    .applicationProtocolConfig(
                            new ApplicationProtocolConfig(
                                    Protocol.ALPN,
                                    SelectorFailureBehavior.NO_ADVERTISE,
                                    SelectedListenerFailureBehavior.ACCEPT,
                                    ApplicationProtocolNames.HTTP_2))
                    .build();
        } catch (GeneralSecurityException | SSLException e) {
            throw RootCertificates.fault(rootCertificates, "can't be used: " + e.getMessage());
        }
    }

    static byte[] read(String what, Path file, String wanted) throws TrustFault {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            String why =
                    switch (e) {
                        case NoSuchFileException _ -> "is not there";
                        case AccessDeniedException _ -> "may not be read";
                        default -> "can't be read: " + e.getMessage();
                    };
            throw fault(what, file, why, wanted);
        }
    }

    static TrustFault fault(String what, Path file, String why, String wanted) {
        return new TrustFault(what + ": " + file + " " + why + " (expected: " + wanted + ")");
    }
}
