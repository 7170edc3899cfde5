// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.control.trust.Issuance.Because;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadCertificatesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
    private static final KeyPair KEY = Requests.key("secp256r1");

    /** One for all: a key of RSA takes a while to be made. */
    private static final MeshAuthority OWN = MeshAuthority.due(Optional.empty(), NOW);

    private Instant now = NOW;
    private MeshAuthority authority = OWN;
    private int asked;
    private final WorkloadCertificates certificates =
            new WorkloadCertificates(this::authority, () -> now);

    private MeshAuthority authority() {
        asked++;
        return authority;
    }

    private Issuance.Issued issued(String csr, long seconds) {
        return (Issuance.Issued) certificates.issue("shop", "web", csr, seconds);
    }

    private X509Certificate leaf(String csr, long seconds) throws Exception {
        return Pem.certificate(issued(csr, seconds).chain().getFirst());
    }

    private Issuance.Refused refused(String csr, long seconds) {
        return (Issuance.Refused) certificates.issue("shop", "web", csr, seconds);
    }

    /** Against the roots of the answer, as a peer would that was given them. */
    private void verify(List<String> chain) throws Exception {
        verify(chain, chain.getLast());
    }

    private void verify(List<String> chain, String roots) throws Exception {
        Set<TrustAnchor> anchors =
                Pem.certificates(roots).stream()
                        .map(root -> new TrustAnchor(root, null))
                        .collect(Collectors.toSet());
        PKIXParameters parameters = new PKIXParameters(anchors);
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        String path = String.join("", chain.subList(0, chain.size() - 1));
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509")
                                .generateCertPath(Pem.certificates(path)),
                        parameters);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "2048"})
    void isOfTheKeyThatAsksAndVerifiesUpToTheRoot(String kind) throws Exception {
        KeyPair key = Requests.key(kind);

        Issuance.Issued issued = issued(Requests.pem(key, WEB), 0);

        X509Certificate leaf = Pem.certificate(issued.chain().getFirst());
        assertThat(leaf.getPublicKey()).isEqualTo(key.getPublic());
        assertThat(issued.serial()).isEqualTo(leaf.getSerialNumber().toString(16));
        assertThat(issued.until()).isEqualTo(leaf.getNotAfter().toInstant());
        assertThat(issued.chain()).hasSize(2);
        assertThat(issued.chain().getLast().strip()).isEqualTo(authority.roots().strip());
        verify(issued.chain());
        assertThatThrownBy(() -> verify(issued.chain(), Authority.make("x", NOW).certificate()))
                .isInstanceOf(CertPathValidatorException.class);
    }

    /** RFC 5280, and SPIFFE's X509-SVID sections 2 and 4, byte for byte where readers differ. */
    @Test
    void saysWhoTheWorkloadIsAndNothingElse() throws Exception {
        X509Certificate leaf = leaf(Requests.pem(KEY), 0);

        byte[] san = leaf.getExtensionValue(Extension.subjectAlternativeName.getId());
        byte[] uri = WEB.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] der = new byte[4 + uri.length];
        der[0] = 0x30;
        der[1] = (byte) (2 + uri.length);
        der[2] = (byte) 0x86;
        der[3] = (byte) uri.length;
        System.arraycopy(uri, 0, der, 4, uri.length);
        assertThat(ASN1OctetString.getInstance(san).getOctets()).isEqualTo(der);
        assertThat(leaf.getCriticalExtensionOIDs())
                .containsExactlyInAnyOrder(
                        Extension.subjectAlternativeName.getId(),
                        Extension.keyUsage.getId(),
                        Extension.basicConstraints.getId());
        assertThat(leaf.getSubjectX500Principal().getEncoded()).containsExactly(0x30, 0);
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getExtendedKeyUsage())
                .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getSerialNumber()).isPositive();
        assertThat(usages(leaf)).containsExactly(0);
        assertThat(usages(leaf(Requests.pem(Requests.key("2048")), 0))).containsExactly(0, 2);
        assertThat(leaf(Requests.pem(KEY), 0).getSerialNumber())
                .isNotEqualTo(leaf.getSerialNumber());
    }

    /** By their numbers in RFC 5280: 0 is digitalSignature, 2 is keyEncipherment. */
    private static List<Integer> usages(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return Stream.iterate(0, bit -> bit < usage.length, bit -> bit + 1)
                .filter(bit -> usage[bit])
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"0, 86400", "1, 1", "3600, 3600", "86400, 86400", "7776000, 7776000"})
    void holdsAsLongAsIsAsked(long asked, long holds) throws Exception {
        X509Certificate leaf = leaf(Requests.pem(KEY), asked);

        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plusSeconds(holds));
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minus(1, ChronoUnit.HOURS));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 7776001, Long.MAX_VALUE, Long.MIN_VALUE})
    void aLifetimeThatCantBeIsRefused(long asked) {
        assertThat(refused(Requests.pem(KEY), asked))
                .isEqualTo(
                        new Issuance.Refused(
                                Because.LIFETIME,
                                "validity_duration: "
                                        + asked
                                        + " (expected: 0 to 7776000, in seconds)"));
    }

    @Test
    void neverHoldsLongerThanTheAuthority() throws Exception {
        Instant end = authority.signs().until();
        now = end.minusSeconds(60);

        assertThat(leaf(Requests.pem(KEY), 0).getNotAfter().toInstant()).isEqualTo(end);
        now = end;
        assertThat(refused(Requests.pem(KEY), 0))
                .isEqualTo(
                        new Issuance.Refused(
                                Because.AUTHORITY,
                                "authority: ended " + end + " (expected: one that holds)"));
    }

    /** Root, an authority under it, and ours under that: what leads there goes along. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thatPeopleBroughtAlongIsSentWithItsChain(boolean isRootInChain) throws Exception {
        Instant ends = NOW.plus(Duration.ofDays(20));
        Authority root = Authority.make("people's root", NOW);
        Authority upper = under(root, "upper", 1, ends);
        Authority lower = under(upper, "lower", 0, NOW.plus(Duration.ofDays(30)));
        authority =
                MeshAuthority.ofPlugged(
                        Map.of(
                                "ca-cert.pem",
                                lower.certificate(),
                                "ca-key.pem",
                                lower.key(),
                                "cert-chain.pem",
                                lower.certificate()
                                        + upper.certificate()
                                        + (isRootInChain ? root.certificate() : ""),
                                "root-cert.pem",
                                root.certificate()));

        List<String> chain = issued(Requests.pem(KEY), 7776000).chain();

        assertThat(chain).hasSize(4);
        assertThat(chain.subList(1, 4))
                .containsExactly(lower.certificate(), upper.certificate(), root.certificate());
        assertThat(Pem.certificate(chain.getFirst()).getNotAfter().toInstant()).isEqualTo(ends);
        assertThat(Pem.certificate(chain.getFirst()).getSigAlgName()).isEqualTo("SHA256withECDSA");
        verify(chain);
    }

    private static Authority under(Authority above, String name, int length, Instant until)
            throws Exception {
        KeyPair key = Requests.key("secp384r1");
        return new Authority(
                Pem.of(
                        Pem.sign(
                                Pem.builder(
                                                Pem.subject(above.certificate()),
                                                new X500Name("CN=" + name),
                                                NOW,
                                                until,
                                                key.getPublic())
                                        .addExtension(
                                                Extension.basicConstraints,
                                                true,
                                                new BasicConstraints(length))
                                        .addExtension(
                                                Extension.keyUsage,
                                                true,
                                                new KeyUsage(KeyUsage.keyCertSign)),
                                Pem.key(above.key()))),
                Pem.of(key.getPrivate()));
    }

    /** Each is verified by the roots of its own answer, and the first by those of both. */
    @Test
    void anotherAuthoritySignsFromThenOn() throws Exception {
        MeshAuthority first = authority;
        List<String> before = issued(Requests.pem(KEY), 0).chain();

        authority = MeshAuthority.due(Optional.empty(), NOW).trustingAlso(first);
        List<String> after = issued(Requests.pem(KEY), 0).chain();

        assertThat(Pem.certificates(after.getLast())).hasSize(2);
        verify(before);
        verify(after);
        verify(before, after.getLast());
        assertThatThrownBy(() -> verify(after, first.roots()))
                .isInstanceOf(CertPathValidatorException.class);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void rootsAreSentOnceHoweverOftenTheyAreNamed() throws Exception {
        authority =
                new MeshAuthority(
                        authority.signs(), "", authority.roots() + "\n" + authority.roots());

        assertThat(Pem.certificates(issued(Requests.pem(KEY), 0).chain().getLast())).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    1024      | RSA of 1024 bits
                    2047      | RSA of 2047 bits
                    secp521r1 | EC of curve 1.3.132.0.35
                    """)
    void keysThatAreTooWeakOrUnusualAreRefused(String kind, String held) {
        assertThat(refused(Requests.pem(Requests.key(kind)), 0))
                .isEqualTo(
                        new Issuance.Refused(
                                Because.REQUEST,
                                "csr, key: "
                                        + held
                                        + " (expected: EC of P-256 or P-384, or RSA of 2048 to"
                                        + " 8192 bits)"));
    }

    @Test
    void aKeyOfAnotherAlgorithmIsRefused() throws Exception {
        KeyPair key = java.security.KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        assertThat(refused(Requests.pem(key, key, "Ed25519", List.of()), 0).reason())
                .startsWith("csr, key: of algorithm 1.3.101.112 (expected: ");
    }

    /** Else a certificate could be had of a key that somebody else holds. */
    @Test
    void whoDoesNotHoldTheKeyGetsNothing() {
        KeyPair other = Requests.key("secp256r1");

        assertThat(refused(Requests.pem(KEY, other, "SHA256withECDSA", List.of()), 0).reason())
                .isEqualTo(
                        "csr, signature: another one (expected: by the private half of its key)");
        assertThat(
                        refused(
                                        Requests.pem(
                                                KEY,
                                                Requests.key("2048"),
                                                "SHA256withRSA",
                                                List.of()),
                                        0)
                                .reason())
                .startsWith("csr, signature: of algorithm 1.2.840.113549.1.1.11 (expected: ");
        assertThat(refused(Requests.pem(KEY, KEY, "SHA1withECDSA", List.of()), 0).reason())
                .startsWith("csr, signature: of algorithm 1.2.840.10045.4.1 (expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://cluster.local/ns/shop/sa/admin",
                "spiffe://cluster.local/ns/bank/sa/web",
                "spiffe://other/ns/shop/sa/web",
                "spiffe://cluster.local/ns/shop/sa/web/",
                "SPIFFE://cluster.local/ns/shop/sa/web",
                ""
            })
    void whoAsksToBeSomebodyElseIsRefused(String uri) {
        String expected = " (expected: " + WEB + ", or none)";
        assertThat(refused(Requests.pem(KEY, uri), 0))
                .isEqualTo(
                        new Issuance.Refused(
                                Because.REQUEST, "csr, subjectAltName: '" + uri + "'" + expected));
        assertThat(refused(Requests.pem(KEY, WEB, uri), 0).reason()).endsWith(expected);
    }

    @Test
    void namesOfAnotherKindAreRefusedAndShownOnOneShortLine() {
        GeneralName dns =
                new GeneralName(GeneralName.dNSName, "web\nlevel=\"x\"" + "y".repeat(500));

        assertThat(refused(Requests.pem(KEY, KEY, "SHA256withECDSA", List.of(dns)), 0).reason())
                .isEqualTo(
                        "csr, subjectAltName: 'web?level=?x?"
                                + "y".repeat(86)
                                + "... (expected: "
                                + WEB
                                + ", or none)");
    }

    @Test
    void whatIsNoRequestIsRefusedAndNotRepeated() throws Exception {
        String secret = Pem.of(KEY.getPrivate());
        for (String csr :
                List.of(
                        "",
                        "x",
                        "-----BEGIN CERTIFICATE REQUEST-----",
                        secret,
                        authority.roots(),
                        Requests.pem("CERTIFICATE REQUEST", KEY.getPrivate().getEncoded()),
                        Requests.pem("CERTIFICATE REQUEST", new byte[0]),
                        nested(30_000))) {
            assertThat(refused(csr, 0).because()).isEqualTo(Because.REQUEST);
            assertThat(refused(csr, 0).reason())
                    .startsWith("csr: ")
                    .endsWith(" (expected: PKCS 10 in PEM)")
                    .hasSizeLessThan(100);
        }
    }

    /** A sequence in a sequence in a sequence. */
    private static String nested(int depth) {
        byte[] der = new byte[2 * depth];
        for (int i = 0; i < depth; i++) {
            der[2 * i] = 0x30;
            der[2 * i + 1] = (byte) 0x80;
        }
        return Requests.pem("CERTIFICATE REQUEST", der);
    }

    /** Whatever bits are turned over, there is an answer, and never for somebody else. */
    @Test
    void everyBrokenRequestIsAnswered() throws Exception {
        byte[] right =
                new org.bouncycastle.util.io.pem.PemReader(
                                new java.io.StringReader(Requests.pem(KEY, WEB)))
                        .readPemObject()
                        .getContent();
        Random random = new Random(7);
        int refusals = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] broken =
                    i % 3 == 0 ? Arrays.copyOf(right, random.nextInt(right.length)) : right.clone();
            for (int flips = random.nextInt(4); broken.length > 0 && flips >= 0; flips--) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Issuance issuance =
                    certificates.issue(
                            "shop", "web", Requests.pem("CERTIFICATE REQUEST", broken), 0);
            if (issuance instanceof Issuance.Issued issued) {
                PublicKey key = Pem.certificate(issued.chain().getFirst()).getPublicKey();
                assertThat(key).isEqualTo(KEY.getPublic());
            } else {
                refusals++;
            }
        }
        assertThat(refusals).isGreaterThan(2900);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/../b", "web/sa/admin", "Web", "web\n"})
    void aNameThatWouldMakeAnotherIdentityIsABug(String account) {
        assertThatThrownBy(() -> certificates.issue("shop", account, Requests.pem(KEY), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("service account: '" + account + "' (expected: ");
    }

    @Test
    void anAuthorityThatCantSignIsNoFaultOfTheAsker() {
        authority = new MeshAuthority(new Authority("x", "y"), "", "");

        assertThatThrownBy(() -> certificates.issue("shop", "web", Requests.pem(KEY), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no certificate could be signed");
    }
}
