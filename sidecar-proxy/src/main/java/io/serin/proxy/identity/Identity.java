// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.identity;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.serin.api.name.HostPort;
import io.serin.api.name.SpiffeId;
import io.serin.api.xds.CertificateXds.IstioCertificateRequest;
import io.serin.api.xds.CertificateXds.IstioCertificateResponse;
import io.serin.proxy.grpc.Backoff;
import io.serin.proxy.grpc.GrpcMethod;
import io.serin.proxy.grpc.GrpcStream;
import io.serin.proxy.grpc.RootCertificates;
import io.serin.proxy.grpc.StreamEnd;
import io.serin.proxy.grpc.Trust;
import io.serin.proxy.grpc.TrustFault;
import io.serin.proxy.grpc.Wires;
import io.serin.proxy.tls.Credentials;
import io.serin.proxy.tls.MeshTls;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the proxy able to prove who it is: a certificate from the mesh's authority, another one,
 * for another key, from the middle of its life on, and the roots as the pod has them. What is there
 * stays until there is something better.
 *
 * <p>Owned by one event loop; what takes long is done on threads of its own. {@link #start}, {@link
 * #stop}, {@link #tls} and {@link #report} may be called on any thread.
 */
public final class Identity {

    private static final Logger LOG = Logger.getLogger("identity");

    private static final GrpcMethod<IstioCertificateResponse> CREATE_CERTIFICATE =
            new GrpcMethod<>(
                    "/istio.v1.auth.IstioCertificateService/CreateCertificate",
                    IstioCertificateResponse.parser());

    private static final int MAX_RESPONSE_BYTES = 1 << 20;

    /**
     * How long things may take.
     *
     * @param connect for a connection, again for a TLS handshake, and again for the first word
     * @param look how often it is looked whether something is due
     * @param leastWait between two attempts
     * @param mostWait between two attempts, ever
     */
    public record Timing(Duration connect, Duration look, Duration leastWait, Duration mostWait) {

        public static final Timing DEFAULT =
                new Timing(
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(2));
    }

    private final SpiffeId self;
    private final Supplier<HostPort> authority;
    private final Path rootCertificates;
    private final Wires wires;
    private final Timing timing;
    private final Clock clock;
    private final RandomGenerator random;
    private final Backoff backoff;
    private final Promise<Void> complete;

    private byte[] heldRoots = {};
    private Instant renewal = Instant.MAX;
    private boolean asking;
    private boolean stopped;
    private String lastFailure = "";
    private volatile @Nullable MeshTls tls;
    private volatile IdentityReport report;

    /**
     * @param authority who signs: the control plane that the proxy is at; asked for each attempt
     * @param rootCertificates the pod's file of them
     */
    public Identity(
            SpiffeId self,
            Supplier<HostPort> authority,
            Path rootCertificates,
            Wires wires,
            Timing timing,
            Clock clock,
            RandomGenerator random) {
        this.self = self;
        this.authority = authority;
        this.rootCertificates = rootCertificates;
        this.wires = wires;
        this.timing = timing;
        this.clock = clock;
        this.random = random;
        this.backoff = new Backoff(timing.leastWait(), timing.mostWait(), random);
        this.complete = wires.loop().newPromise();
        this.report = new IdentityReport(self, Optional.empty(), List.of(), "");
    }

    /** Starts, and goes on until {@link #stop}. */
    public void start() {
        onLoop(this::ask);
        var _ = wires.after(timing.look(), this::look);
    }

    public void stop() {
        onLoop(() -> stopped = true);
    }

    /** Succeeds when there is a certificate; never fails. */
    public Future<Void> complete() {
        return complete;
    }

    /** What it takes to speak mTLS now; empty before there is a certificate. */
    public Optional<MeshTls> tls() {
        return Optional.ofNullable(tls);
    }

    public IdentityReport report() {
        return report;
    }

    private void look() {
        if (stopped) {
            return;
        }
        if (!clock.instant().isBefore(renewal)) {
            ask();
        }
        MeshTls held = tls;
        if (held != null) {
            byte[] known = heldRoots;
            inBackground(() -> lookAtRoots(held, known));
        }
        var _ = wires.after(timing.look(), this::look);
    }

    private void lookAtRoots(MeshTls held, byte[] known) {
        try {
            byte[] roots = RootCertificates.read(rootCertificates);
            if (!Arrays.equals(roots, known)) {
                List<X509Certificate> parsed = RootCertificates.parse(rootCertificates, roots);
                MeshTls next = new MeshTls(held.credentials().trusting(parsed));
                onLoop(() -> {
                    // Where another certificate has come meanwhile, the next look sees to it.
                    if (tls == held) {
                        become(next, roots, renewal);
                        LOG.info(() -> "roots changed number=" + parsed.size());
                    }
                });
            }
        } catch (TrustFault | SSLException e) {
            String cause = String.valueOf(e.getMessage());
            onLoop(() -> complain(cause));
        }
    }

    /** Makes one attempt after the other until one succeeds, unless that is under way. */
    private void ask() {
        if (!asking) {
            asking = true;
            attempt();
        }
    }

    private void attempt() {
        if (stopped) {
            return;
        }
        inBackground(() -> {
            try {
                SigningRequest request = SigningRequest.make(self);
                onLoop(() -> ask(request));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every JDK has P-256", impossible);
            }
        });
    }

    private void ask(SigningRequest request) {
        HostPort signer = authority.get();
        wires.prepare(
                signer,
                (address, terms) -> call(signer, address, terms, request),
                end -> failed(end.cause()));
    }

    private void call(
            HostPort signer,
            InetSocketAddress address,
            Optional<Trust.Terms> terms,
            SigningRequest request) {
        Answer answer = new Answer(request);
        GrpcStream<IstioCertificateRequest, IstioCertificateResponse> stream =
                new GrpcStream<>(
                        signer,
                        CREATE_CERTIFICATE,
                        terms,
                        new GrpcStream.Limits(
                                MAX_RESPONSE_BYTES, timing.connect(), timing.connect()),
                        answer);
        answer.stream = stream;
        stream.open(wires.loop(), wires.channels(), address);
    }

    /** One call: the request goes out, the certificate comes in. */
    private final class Answer implements GrpcStream.Listener<IstioCertificateResponse> {

        private final SigningRequest request;
        private @Nullable GrpcStream<IstioCertificateRequest, IstioCertificateResponse> stream;
        private boolean answered;

        Answer(SigningRequest request) {
            this.request = request;
        }

        @Override
        public void opened() {
            if (stream != null) {
                stream.sendLast(IstioCertificateRequest.newBuilder().setCsr(request.pem()).build());
            }
        }

        @Override
        public void received(IstioCertificateResponse response) {
            if (!answered && stream != null) {
                answered = true;
                stream.close();
                inBackground(() -> take(request, response.getCertChainList()));
            }
        }

        @Override
        public void ended(StreamEnd end) {
            if (!answered) {
                failed(end.cause());
            }
        }
    }

    private void take(SigningRequest request, List<String> chain) {
        try {
            byte[] roots = RootCertificates.read(rootCertificates);
            MeshTls next =
                    new MeshTls(
                            Credentials.of(
                                    self,
                                    request.key(),
                                    request.publicKey(),
                                    certificates(chain),
                                    RootCertificates.parse(rootCertificates, roots)));
            wires.loop()
                    .execute(() -> {
                        asking = false;
                        backoff.reset();
                        lastFailure = "";
                        become(next, roots, renewalOf(next.credentials()));
                        LOG.info(() ->
                                "certified identity="
                                        + self
                                        + " until="
                                        + next.credentials().until());
                        complete.trySuccess(null);
                    });
        } catch (TrustFault | CertificateException | SSLException e) {
            String cause = String.valueOf(e.getMessage());
            onLoop(() -> failed(cause));
        }
    }

    private static List<X509Certificate> certificates(List<String> chain)
            throws CertificateException {
        List<X509Certificate> certificates =
                RootCertificates.certificates(
                        String.join("\n", chain).getBytes(StandardCharsets.US_ASCII));
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate came (expected: one for the request)");
        }
        return certificates;
    }

    /** In the middle of what is left, give or take a tenth, so that not all come at once. */
    private Instant renewalOf(Credentials credentials) {
        Instant now = clock.instant();
        long left = Math.max(0, Duration.between(now, credentials.until()).toMillis());
        return now.plusMillis((long) (left * (0.45 + 0.1 * random.nextDouble())));
    }

    private void become(MeshTls next, byte[] roots, Instant due) {
        tls = next;
        heldRoots = roots;
        renewal = due;
        Credentials held = next.credentials();
        report =
                new IdentityReport(
                        self,
                        Optional.of(
                                new IdentityReport.Certificate(
                                        held.chain().getFirst().getSerialNumber().toString(16),
                                        held.from(),
                                        held.until(),
                                        due)),
                        held.roots().stream()
                                .map(root -> root.getSubjectX500Principal().getName())
                                .toList(),
                        lastFailure);
    }

    private void failed(String cause) {
        complain(cause);
        var _ = wires.after(backoff.next(), this::attempt);
    }

    /** Says why there is nothing new; once, however often the same happens in a row. */
    private void complain(String cause) {
        if (stopped || cause.equals(lastFailure)) {
            return;
        }
        lastFailure = cause;
        IdentityReport before = report;
        report = new IdentityReport(self, before.certificate(), before.roots(), cause);
        MeshTls held = tls;
        LOG.warning(() ->
                "no certificate: %s authority=%s cause=\"%s\""
                        .formatted(
                                held == null
                                        ? "the proxy can't prove who it is yet"
                                        : "the last one holds until " + held.credentials().until(),
                                authority.get(),
                                cause));
    }

    private void onLoop(Runnable work) {
        // It ends with the proxy, whatever is under way.
        if (!wires.loop().isShuttingDown()) {
            wires.loop().execute(work);
        }
    }

    private void inBackground(Runnable work) {
        Thread.ofPlatform().daemon().name("serin-identity").start(work);
    }
}
