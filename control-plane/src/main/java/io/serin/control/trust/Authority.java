// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * Signs the certificates of our servers. All parts are PEM.
 *
 * @param key PKCS 8; where people brought it along also PKCS 1 or SEC 1
 */
public record Authority(String certificate, String key) {

    public static final Duration LIFETIME = Duration.ofDays(3650);

    /**
     * A new one, which signs for nobody else.
     *
     * @param name its common name
     */
    public static Authority make(String name, Instant now) {
        return make(name, Pem::keyPair, now);
    }

    /**
     * The same with a key of RSA: a young JVM tells what it has signed 0.1 s sooner, and each proxy
     * is one.
     */
    static Authority makeRsa(String name, Instant now) {
        return make(name, Pem::rsaKeyPair, now);
    }

    private interface Keys {
        KeyPair make() throws GeneralSecurityException;
    }

    private static Authority make(String name, Keys keys, Instant now) {
        try {
            return certified(new X500Name("O=Serin,CN=" + name), keys.make(), now);
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("no authority could be made", impossible);
        }
    }

    /**
     * The same for longer: its key and its name stay, so what it has signed can be told by either.
     *
     * @throws IllegalStateException when certificate or key can't be read
     */
    Authority prolonged(Instant now) {
        try {
            return certified(
                    Pem.subject(certificate),
                    new KeyPair(Pem.certificate(certificate).getPublicKey(), Pem.key(key)),
                    now);
        } catch (GeneralSecurityException | IOException unreadable) {
            throw new IllegalStateException("the authority can't be read", unreadable);
        }
    }

    private static Authority certified(X500Name name, KeyPair pair, Instant now)
            throws GeneralSecurityException, IOException {
        return new Authority(
                Pem.of(
                        Pem.sign(
                                Pem.builder(name, name, now, now.plus(LIFETIME), pair.getPublic())
                                        .addExtension(
                                                Extension.basicConstraints,
                                                true,
                                                new BasicConstraints(0))
                                        .addExtension(
                                                Extension.keyUsage,
                                                true,
                                                new KeyUsage(KeyUsage.keyCertSign)),
                                pair.getPrivate())),
                Pem.of(pair.getPrivate()));
    }

    /**
     * A new certificate of a server, for which this authority is to be trusted.
     *
     * @param hosts DNS names
     * @throws IllegalStateException when the key is none
     */
    public ServerCertificate sign(List<String> hosts, Duration lifetime, Instant now) {
        try {
            KeyPair pair = Pem.keyPair();
            GeneralName[] names =
                    hosts.stream()
                            .map(host -> new GeneralName(GeneralName.dNSName, host))
                            .toArray(GeneralName[]::new);
            String signed =
                    Pem.of(
                            Pem.sign(
                                    Pem.builder(
                                                    Pem.subject(certificate),
                                                    new X500Name("O=Serin,CN=control plane"),
                                                    now,
                                                    now.plus(lifetime),
                                                    pair.getPublic())
                                            .addExtension(
                                                    Extension.subjectAlternativeName,
                                                    false,
                                                    new GeneralNames(names))
                                            .addExtension(
                                                    Extension.extendedKeyUsage,
                                                    false,
                                                    new ExtendedKeyUsage(
                                                            KeyPurposeId.id_kp_serverAuth)),
                                    Pem.key(key)));
            return new ServerCertificate(certificate, signed, Pem.of(pair.getPrivate()));
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("no certificate could be made", broken);
        }
    }

    public Instant from() {
        return Pem.lifetime(certificate).from();
    }

    public Instant until() {
        return Pem.lifetime(certificate).until();
    }

    /** Without the key, which must not end up in a log. */
    @Override
    public String toString() {
        return "Authority";
    }
}
