// SPDX-License-Identifier: Apache-2.0
package io.serin.local.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Tokens of service accounts: JSON web tokens, ES256, with the claims that Kubernetes puts in. Any
 * thread.
 */
public final class Tokens {

    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final String SIGNATURE = "SHA256withECDSAinP1363Format";
    private static final String KEY_ID = "local-cluster";

    private final KeyPair key = Authority.keyPair();
    private final Clock clock;

    public Tokens(Clock clock) {
        this.clock = clock;
    }

    /**
     * Something that a token lives and dies with.
     *
     * @param kind {@code pod} or {@code secret}
     */
    public record Bound(String kind, String name, String uid) {}

    /**
     * What a token says of its bearer.
     *
     * @param claims all of them
     */
    public record Bearer(
            String namespace, String name, String uid, List<String> audiences, ObjectNode claims) {

        public String username() {
            return "system:serviceaccount:" + namespace + ":" + name;
        }
    }

    /** The token and when it ends. */
    public record Issued(String token, Instant expires) {}

    /**
     * @param audiences none: the API server
     */
    public Issued issue(
            String namespace,
            String name,
            String uid,
            List<String> audiences,
            Duration lifetime,
            Optional<Bound> bound) {
        Instant now = clock.instant();
        Instant expires = Instant.ofEpochSecond(now.plus(lifetime).getEpochSecond());
        ObjectNode claims = JsonNodeFactory.instance.objectNode();
        var aud = claims.putArray("aud");
        (audiences.isEmpty() ? List.of(ISSUER) : audiences).forEach(aud::add);
        claims.put("exp", expires.getEpochSecond());
        claims.put("iat", now.getEpochSecond());
        claims.put("iss", ISSUER);
        claims.put("jti", UUID.randomUUID().toString());
        ObjectNode kubernetes = claims.putObject("kubernetes.io");
        kubernetes.put("namespace", namespace);
        bound.ifPresent(
                to -> kubernetes.putObject(to.kind()).put("name", to.name()).put("uid", to.uid()));
        kubernetes.putObject("serviceaccount").put("name", name).put("uid", uid);
        claims.put("nbf", now.getEpochSecond());
        claims.put("sub", "system:serviceaccount:" + namespace + ":" + name);
        ObjectNode header = JsonNodeFactory.instance.objectNode();
        header.put("alg", "ES256").put("kid", KEY_ID);
        String signed = encode(header) + "." + encode(claims);
        return new Issued(signed + "." + ENCODER.encodeToString(sign(signed)), expires);
    }

    /**
     * Who bears a token that is ours and in time; whether its account still is there is for the
     * caller to see.
     */
    public Optional<Bearer> read(String token) {
        String[] parts = token.split("\\.");
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode header = JSON.readTree(DECODER.decode(parts[0]));
            if (!header.path("alg").asText().equals("ES256")
                    || !verify(parts[0] + "." + parts[1], DECODER.decode(parts[2]))
                    || !(JSON.readTree(DECODER.decode(parts[1])) instanceof ObjectNode claims)) {
                return Optional.empty();
            }
            long now = clock.instant().getEpochSecond();
            if (claims.path("exp").asLong() <= now
                    || claims.path("nbf").asLong() > now
                    || !claims.path("iss").asText().equals(ISSUER)) {
                return Optional.empty();
            }
            JsonNode kubernetes = claims.path("kubernetes.io");
            List<String> audiences = new java.util.ArrayList<>();
            claims.path("aud").forEach(audience -> audiences.add(audience.asText()));
            return Optional.of(
                    new Bearer(
                            kubernetes.path("namespace").asText(),
                            kubernetes.path("serviceaccount").path("name").asText(),
                            kubernetes.path("serviceaccount").path("uid").asText(),
                            List.copyOf(audiences),
                            claims));
        } catch (IOException | IllegalArgumentException notAToken) {
            return Optional.empty();
        }
    }

    /** A JSON web key set: what others verify with. */
    public ObjectNode keys() {
        ECPublicKey publicKey = (ECPublicKey) key.getPublic();
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        set.putArray("keys")
                .addObject()
                .put("use", "sig")
                .put("kty", "EC")
                .put("kid", KEY_ID)
                .put("crv", "P-256")
                .put("alg", "ES256")
                .put("x", coordinate(publicKey.getW().getAffineX()))
                .put("y", coordinate(publicKey.getW().getAffineY()));
        return set;
    }

    private static String coordinate(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(bytes.length, fixed.length);
        System.arraycopy(bytes, bytes.length - length, fixed, fixed.length - length, length);
        return ENCODER.encodeToString(fixed);
    }

    private static String encode(ObjectNode part) {
        return ENCODER.encodeToString(part.toString().getBytes(StandardCharsets.UTF_8));
    }

    private byte[] sign(String text) {
        try {
            Signature signature = Signature.getInstance(SIGNATURE);
            signature.initSign(key.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a token could not be signed", impossible);
        }
    }

    private boolean verify(String text, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(SIGNATURE);
            signature.initVerify(key.getPublic());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
