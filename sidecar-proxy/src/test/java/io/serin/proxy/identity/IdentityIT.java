// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.serin.api.name.HostPort;
import io.serin.api.name.SpiffeId;
import io.serin.proxy.grpc.Lookup;
import io.serin.proxy.grpc.Trust;
import io.serin.proxy.grpc.Wires;
import io.serin.proxy.main.rehearse.DiscoveryServer;
import io.serin.proxy.tls.MeshTls;
import io.serin.proxy.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy that asks for certificates, and authorities that sign, or don't. */
@Timeout(30)
class IdentityIT {

    private static final SpiffeId SELF = new SpiffeId("cluster.local", "shop", "reviews");

    private static final Identity.Timing FAST =
            new Identity.Timing(
                    Duration.ofSeconds(2),
                    Duration.ofMillis(20),
                    Duration.ofMillis(10),
                    Duration.ofMillis(50));

    @TempDir Path temp;

    private final TestAuthority authority;
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final AtomicInteger requests = new AtomicInteger();
    private volatile DiscoveryServer.Signer signer = DiscoveryServer.Signer.NONE;
    private DiscoveryServer server =
            DiscoveryServer.listen(
                    group.next(),
                    NioServerSocketChannel::new,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    Optional.empty(),
                    this::sign,
                    () -> {
                        throw new AssertionError("nobody asked for configuration");
                    });
    private Path roots = Path.of("");
    private Identity identity = identity();

    IdentityIT() throws Exception {
        authority = new TestAuthority("mesh");
    }

    private List<String> sign(String request) throws IOException {
        requests.incrementAndGet();
        return signer.sign(request);
    }

    private DiscoveryServer.Signer signing(SpiffeId identity, Duration lifetime) {
        return request -> {
            try {
                return List.of(
                        authority.answer(request, identity.toString(), lifetime),
                        authority.rootPem());
            } catch (Exception e) {
                throw new IOException(e);
            }
        };
    }

    private Identity identity() {
        return new Identity(
                SELF,
                () -> new HostPort("127.0.0.1", server.port()),
                roots,
                new Wires(group.next(), NioSocketChannel::new, Lookup.SYSTEM, Trust.NONE),
                FAST,
                Clock.systemUTC(),
                new SplittableRandom(7));
    }

    @BeforeEach
    void mount() throws IOException {
        roots = Files.writeString(temp.resolve("root-cert.pem"), authority.rootPem());
        identity = identity();
    }

    @AfterEach
    void close() throws Exception {
        identity.stop();
        server.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    private MeshTls certified() {
        await().until(() -> identity.tls().isPresent());
        return identity.tls().orElseThrow();
    }

    private String serial() {
        return identity.report().certificate().map(IdentityReport.Certificate::serial).orElse("");
    }

    @Test
    void getsACertificateForAKeyOfItsOwn() {
        signer = signing(SELF, Duration.ofHours(24));
        assertThat(identity.tls()).isEmpty();
        identity.start();

        MeshTls tls = certified();
        assertThat(tls.credentials().self()).isEqualTo(SELF);
        // The root is for others to have, not to be shown.
        assertThat(tls.credentials().chain()).hasSize(1);
        assertThat(identity.complete().awaitUninterruptibly(1000)).isTrue();
        assertThat(identity.report().roots()).containsExactly("CN=mesh");
        assertThat(identity.report().failure()).isEmpty();
    }

    @Test
    void asksAgainUntilSomebodySigns() {
        identity.start();
        await().until(() -> requests.get() >= 3);
        assertThat(identity.report().failure()).contains("nobody signs here");
        assertThat(identity.tls()).isEmpty();
        assertThat(identity.complete().isDone()).isFalse();

        signer = signing(SELF, Duration.ofHours(24));
        certified();
        assertThat(identity.report().failure()).isEmpty();
    }

    @Test
    void doesNotTakeACertificateForSomebodyElse() {
        signer = signing(new SpiffeId("cluster.local", "shop", "ratings"), Duration.ofHours(24));
        identity.start();
        await().until(() ->
                identity.report()
                        .failure()
                        .equals(
                                "certificate for spiffe://cluster.local/ns/shop/sa/ratings"
                                        + " (expected: "
                                        + SELF
                                        + ")"));
        assertThat(identity.tls()).isEmpty();
    }

    @Test
    void doesNotTakeACertificateForAnotherKey() throws Exception {
        String other =
                authority.sign(TestAuthority.certificate(SELF.toString())).getCertificatePEM();
        signer = request -> List.of(other);
        identity.start();
        await().until(() -> identity.report().failure().contains("certificate for another key"));
        assertThat(identity.tls()).isEmpty();
    }

    @Test
    void getsAnotherOneInTimeAndKeepsTheOldOneUntilThen() {
        signer = signing(SELF, Duration.ofSeconds(3));
        identity.start();
        MeshTls first = certified();
        String serial = serial();
        signer = DiscoveryServer.Signer.NONE;
        await().until(() -> identity.report().failure().contains("nobody signs here"));
        assertThat(identity.tls()).containsSame(first);

        signer = signing(SELF, Duration.ofHours(24));
        await().until(() -> !serial().equals(serial));
        MeshTls second = certified();
        assertThat(second.credentials().key()).isNotEqualTo(first.credentials().key());
        int asked = requests.get();
        await().during(Duration.ofMillis(300)).until(() -> requests.get() == asked);
    }

    @Test
    void believesOtherRootsOnceThePodHasThem() throws Exception {
        signer = signing(SELF, Duration.ofHours(24));
        identity.start();
        certified();
        String serial = serial();
        Files.writeString(roots, authority.rootPem() + new TestAuthority("next").rootPem());
        await().until(() -> identity.report().roots().equals(List.of("CN=mesh", "CN=next")));
        assertThat(certified().credentials().roots()).hasSize(2);
        assertThat(serial()).isEqualTo(serial);

        Files.writeString(roots, "nothing");
        await().until(() -> identity.report().failure().contains("root-cert.pem"));
        assertThat(certified().credentials().roots()).hasSize(2);
    }
}
