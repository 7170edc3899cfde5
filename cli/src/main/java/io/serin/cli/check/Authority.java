// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Objects;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who signs for the control planes of all revisions, as far as others may know it.
 *
 * @param secret the name of the Secret that it is in
 * @param texts PEM by key, none that is private
 * @param missing the keys that the Secret has to have, and has not
 * @param keyFlaw what is wrong with the private key; empty for nothing
 */
public record Authority(
        String secret, Map<String, String> texts, List<String> missing, Optional<String> keyFlaw) {

    static final String CERTIFICATE = "ca-cert.pem";
    static final String KEY = "ca-key.pem";
    static final String CHAIN = "cert-chain.pem";
    static final String ROOT = Objects.ROOT_CERTIFICATE_KEY;

    private static final List<String> OWN = List.of(CERTIFICATE, KEY);
    private static final List<String> PLUGGED = List.of(CERTIFICATE, KEY, ROOT, CHAIN);

    public Authority {
        texts = Map.copyOf(texts);
        missing = List.copyOf(missing);
    }

    /** Of its Secret, whose private key is tried and forgotten. */
    static Authority of(JsonNode secret) {
        Map<String, String> texts = new TreeMap<>();
        secret.path("data")
                .properties()
                .forEach(entry ->
                        texts.put(
                                entry.getKey(),
                                new String(
                                        Base64.getMimeDecoder().decode(entry.getValue().asText()),
                                        StandardCharsets.UTF_8)));
        // Istio's own authority has keys that hold nothing.
        texts.values().removeIf(String::isEmpty);
        String name = secret.path("metadata").path("name").asText();
        List<String> missing = new ArrayList<>(isPlugged(name) ? PLUGGED : OWN);
        missing.removeAll(texts.keySet());
        String key = texts.remove(KEY);
        return new Authority(
                name,
                texts,
                missing,
                key == null ? Optional.empty() : keyFlaw(texts.getOrDefault(CERTIFICATE, ""), key));
    }

    private static Optional<String> keyFlaw(String certificate, String key) {
        try {
            return PrivateKeys.flaw(key, Certificates.parse(certificate).getFirst().getPublicKey());
        } catch (CertificateException garbled) {
            // Said of the certificate.
            return Optional.empty();
        }
    }

    /** Whether people brought it along. */
    boolean isPlugged() {
        return isPlugged(secret);
    }

    private static boolean isPlugged(String secret) {
        return secret.equals(Objects.PLUGGED_AUTHORITY);
    }

    /**
     * What it signs with.
     *
     * @throws CertificateException when it can't be read
     */
    X509Certificate certificate() throws CertificateException {
        return Certificates.parse(texts.getOrDefault(CERTIFICATE, "")).getFirst();
    }

    /**
     * Whom proxies are to trust, one or more: one that has signed for itself is its own root.
     *
     * @throws CertificateException when it can't be read
     */
    List<X509Certificate> roots() throws CertificateException {
        return Certificates.parse(texts.getOrDefault(ROOT, texts.getOrDefault(CERTIFICATE, "")));
    }

    /**
     * Its certificate, and those from there to a root, which is left out.
     *
     * @throws CertificateException when it can't be read
     */
    List<X509Certificate> chain() throws CertificateException {
        List<X509Certificate> chain = new ArrayList<>(List.of(certificate()));
        if (texts.containsKey(CHAIN)) {
            for (X509Certificate next : Certificates.parse(texts.getOrDefault(CHAIN, ""))) {
                if (!chain.contains(next)) {
                    chain.add(next);
                }
            }
        }
        chain.removeAll(roots());
        return chain;
    }
}
