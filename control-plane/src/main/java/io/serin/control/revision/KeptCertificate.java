// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import io.serin.control.trust.Authority;
import io.serin.control.trust.ServerCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a revision's Secret holds, and what has to become of it as time passes. Pure.
 *
 * <p>A certificate is signed anew in its last third, by the same authority: whoever trusts that
 * notices nothing. An authority that comes into its last third gets a successor, which is trusted
 * from then on and signs only a day later, when every API server has heard of it.
 *
 * @param served the certificate, and all that are to be trusted
 * @param authority who signs; empty where an earlier version of this program threw its key away
 * @param successor who will sign
 */
record KeptCertificate(
        ServerCertificate served, Optional<Authority> authority, Optional<Authority> successor) {

    static final Duration LIFETIME = Duration.ofDays(365);

    static final Duration TRUSTED_BEFORE_IT_SIGNS = Duration.ofDays(1);

    private static final String AUTHORITY = "webhook authority";
    private static final String TRUSTED = "ca.crt";
    private static final String AUTHORITY_CERTIFICATE = "authority.crt";
    private static final String AUTHORITY_KEY = "authority.key";
    private static final String SUCCESSOR_CERTIFICATE = "successor.crt";
    private static final String SUCCESSOR_KEY = "successor.key";
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";

    /** What there has to be now; the given one itself where nothing is due. */
    static KeptCertificate due(Optional<KeptCertificate> kept, List<String> hosts, Instant now) {
        return kept.filter(it -> it.isOfUse(now))
                .map(it ->
                        it.withSuccessor(now).withSuccessorSigning(hosts, now).renewed(hosts, now))
                .orElseGet(() -> made(hosts, now));
    }

    /** Whether it can be served, or who is trusted can sign another. */
    private boolean isOfUse(Instant now) {
        return served.until().isAfter(now)
                || authority.filter(it -> it.until().isAfter(now)).isPresent();
    }

    private static KeptCertificate made(List<String> hosts, Instant now) {
        Authority authority = Authority.make(AUTHORITY, now);
        return new KeptCertificate(
                authority.sign(hosts, LIFETIME, now), Optional.of(authority), Optional.empty());
    }

    private KeptCertificate withSuccessor(Instant now) {
        boolean isDue =
                successor.isEmpty()
                        && authority
                                .map(it -> isInLastThird(it.until(), Authority.LIFETIME, now))
                                .orElseGet(() -> isRenewalDue(now));
        if (!isDue) {
            return this;
        }
        Authority next = Authority.make(AUTHORITY, now);
        return new KeptCertificate(
                trusting(served, served.authority() + next.certificate()),
                authority,
                Optional.of(next));
    }

    private KeptCertificate withSuccessorSigning(List<String> hosts, Instant now) {
        if (successor
                .filter(it -> !it.from().plus(TRUSTED_BEFORE_IT_SIGNS).isAfter(now))
                .isEmpty()) {
            return this;
        }
        Authority signs = successor.orElseThrow();
        // Other replicas serve the former's certificate for a while yet.
        return new KeptCertificate(
                trusting(signs.sign(hosts, LIFETIME, now), served.authority()),
                Optional.of(signs),
                Optional.empty());
    }

    private KeptCertificate renewed(List<String> hosts, Instant now) {
        return authority
                .filter(_ -> isRenewalDue(now))
                .map(signs ->
                        new KeptCertificate(
                                trusting(signs.sign(hosts, LIFETIME, now), trustedBeside(signs)),
                                authority,
                                successor))
                .orElse(this);
    }

    /** Those that signed long ago are trusted no more. */
    private String trustedBeside(Authority signs) {
        return signs.certificate() + successor.map(Authority::certificate).orElse("");
    }

    private boolean isRenewalDue(Instant now) {
        return isInLastThird(served.until(), LIFETIME, now);
    }

    private static boolean isInLastThird(Instant until, Duration lifetime, Instant now) {
        return !until.minus(lifetime.dividedBy(3)).isAfter(now);
    }

    private static ServerCertificate trusting(ServerCertificate certificate, String authorities) {
        return new ServerCertificate(authorities, certificate.certificate(), certificate.key());
    }

    /** Empty where a Secret holds no certificate. */
    static Optional<KeptCertificate> read(Map<String, String> texts) {
        if (!texts.keySet().containsAll(List.of(TRUSTED, CERTIFICATE, KEY))) {
            return Optional.empty();
        }
        return Optional.of(
                new KeptCertificate(
                        new ServerCertificate(
                                texts.getOrDefault(TRUSTED, ""),
                                texts.getOrDefault(CERTIFICATE, ""),
                                texts.getOrDefault(KEY, "")),
                        authority(texts, AUTHORITY_CERTIFICATE, AUTHORITY_KEY),
                        authority(texts, SUCCESSOR_CERTIFICATE, SUCCESSOR_KEY)));
    }

    private static Optional<Authority> authority(
            Map<String, String> texts, String certificate, String key) {
        return texts.containsKey(certificate) && texts.containsKey(key)
                ? Optional.of(
                        new Authority(
                                texts.getOrDefault(certificate, ""), texts.getOrDefault(key, "")))
                : Optional.empty();
    }

    /** As the Secret holds it. */
    Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        texts.put(TRUSTED, served.authority());
        texts.put(CERTIFICATE, served.certificate());
        texts.put(KEY, served.key());
        authority.ifPresent(it -> {
            texts.put(AUTHORITY_CERTIFICATE, it.certificate());
            texts.put(AUTHORITY_KEY, it.key());
        });
        successor.ifPresent(it -> {
            texts.put(SUCCESSOR_CERTIFICATE, it.certificate());
            texts.put(SUCCESSOR_KEY, it.key());
        });
        return texts;
    }
}
