// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.MUTATING;

import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.cli.check.Finding.Skipped;
import io.serin.kube.read.Reading;
import io.serin.kube.type.ObjectName;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Whether the API server trusts who answers its calls. */
final class WebhookCertificates {

    private static final Duration WARNED_BEFORE = Duration.ofDays(14);

    static final Group GROUP =
            new Group(
                    "webhook certificates",
                    Optional.of(ControlPlane.REVISION_INSTALLED),
                    List.of(
                            Check.of(
                                    "webhook-ca-filled",
                                    "every entry has a caBundle",
                                    WebhookCertificates::filled,
                                    MUTATING),
                            Check.of(
                                    "webhook-ca-same",
                                    "entries that call one Service have one caBundle",
                                    WebhookCertificates::same,
                                    MUTATING),
                            Check.of(
                                    "webhook-ca-matches",
                                    "the caBundle matches the serving certificate",
                                    WebhookCertificates::matches,
                                    MUTATING),
                            Check.of(
                                    "webhook-certificate-valid",
                                    "serving certificates are valid for two weeks at least",
                                    WebhookCertificates::valid,
                                    MUTATING),
                            Check.of(
                                    "webhook-certificate-names",
                                    "serving certificates name their Service",
                                    WebhookCertificates::names,
                                    MUTATING)));

    private WebhookCertificates() {}

    private static Finding filled(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Hook hook : mesh.hooks()) {
            if (hook.caBundle().isEmpty()) {
                flaws.add(new Flaw(hook.place() + " has no caBundle", refill(hook)));
            }
        }
        return Finding.problem(
                flaws,
                "the API server can't trust some webhooks, and refuses their pods",
                "entries that have a caBundle: all " + mesh.hooks().size());
    }

    /** The control plane fills it in, where the label says that it is its own. */
    private static String refill(Hook hook) {
        return hook.service()
                .map(service ->
                        "see that label istio.io/rev of "
                                + hook.configuration().name()
                                + " is the revision that answers behind "
                                + service.name()
                                + ", then: kubectl rollout restart deployment -n "
                                + service.namespace()
                                + " "
                                + service.name())
                .orElse("kubectl edit mutatingwebhookconfiguration " + hook.configuration().name());
    }

    private static Finding same(Mesh mesh) {
        Map<ObjectName, Set<String>> bundles = new TreeMap<>();
        Map<ObjectName, Hook> last = new TreeMap<>();
        for (Hook hook : mesh.hooks()) {
            if (!hook.caBundle().isEmpty()) {
                hook.service()
                        .ifPresent(service -> {
                            bundles.computeIfAbsent(service, _ -> new LinkedHashSet<>())
                                    .add(hook.caBundle());
                            last.put(service, hook);
                        });
            }
        }
        List<Flaw> flaws = new ArrayList<>();
        bundles.forEach((service, different) -> {
            if (different.size() > 1) {
                Hook hook = java.util.Objects.requireNonNull(last.get(service));
                flaws.add(
                        new Flaw(
                                "entries that call service "
                                        + service
                                        + " have "
                                        + different.size()
                                        + " different caBundles",
                                refill(hook)));
            }
        });
        return Finding.warning(
                flaws,
                "somebody else writes caBundles, or a change of them is not through",
                "entries that call one Service have one caBundle");
    }

    private static Finding matches(Mesh mesh) {
        return matches(
                mesh,
                mesh.hooks(),
                "the API server does not trust who answers, and refuses their pods",
                "all caBundles match their serving certificates");
    }

    /** Whether each is called by an authority that has signed what answers. */
    static Finding matches(Mesh mesh, List<Hook> hooks, String bad, String good) {
        List<Flaw> flaws = new ArrayList<>();
        List<String> unread = new ArrayList<>();
        int matched = 0;
        for (Hook hook : hooks) {
            if (hook.caBundle().isEmpty() || hook.service().isEmpty()) {
                continue;
            }
            switch (certificate(mesh, hook.service().get())) {
                case Reading.Unread<String>(String why) ->
                        unread.add("the certificate of " + hook.service().get() + ": " + why);
                case Reading.Read<String>(String pem) -> {
                    Optional<String> mismatch = mismatch(hook.caBundle(), pem, mesh.facts().now());
                    matched += mismatch.isEmpty() ? 1 : 0;
                    mismatch.ifPresent(
                            what -> flaws.add(new Flaw(hook.place() + ": " + what, refill(hook))));
                }
            }
        }
        return flaws.isEmpty() && matched == 0 && !unread.isEmpty()
                ? new Skipped(unread.getFirst())
                : Finding.problem(flaws, bad, good);
    }

    private static Optional<String> mismatch(String bundle, String pem, Instant now) {
        List<X509Certificate> authorities;
        try {
            authorities = Certificates.parseBundle(bundle);
        } catch (CertificateException garbled) {
            return Optional.of("its caBundle can't be read: " + garbled.getMessage());
        }
        try {
            List<X509Certificate> chain = Certificates.parse(pem);
            // That it is not over is another check's.
            Instant then = Certificates.within(chain.getFirst(), now);
            return Certificates.verifies(authorities, chain, then)
                    ? Optional.empty()
                    : Optional.of("its caBundle has not signed the serving certificate");
        } catch (CertificateException garbled) {
            return Optional.of("the serving certificate can't be read: " + garbled.getMessage());
        }
    }

    private static Reading<String> certificate(Mesh mesh, ObjectName service) {
        return mesh.facts()
                .certificates()
                .getOrDefault(service, new Reading.Unread<>("it was not asked for"));
    }

    /** The serving certificates that could be read, by Service. */
    private static Map<ObjectName, X509Certificate> serving(Mesh mesh) {
        Map<ObjectName, X509Certificate> serving = new TreeMap<>();
        for (Hook hook : mesh.hooks()) {
            hook.service()
                    .ifPresent(service -> {
                        if (certificate(mesh, service)
                                instanceof Reading.Read<String>(String pem)) {
                            try {
                                serving.put(service, Certificates.parse(pem).getFirst());
                            } catch (CertificateException garbled) {
                                // webhook-ca-matches says so.
                                serving.remove(service);
                            }
                        }
                    });
        }
        return serving;
    }

    private static Finding valid(Mesh mesh) {
        Map<ObjectName, X509Certificate> serving = serving(mesh);
        if (serving.isEmpty()) {
            return new Skipped("no serving certificate can be read");
        }
        List<Flaw> over = new ArrayList<>();
        List<Flaw> soon = new ArrayList<>();
        Instant now = mesh.facts().now();
        serving.forEach((service, certificate) -> {
            Instant from = certificate.getNotBefore().toInstant();
            Instant to = certificate.getNotAfter().toInstant();
            Flaw flaw =
                    new Flaw(
                            "the certificate of service "
                                    + service
                                    + " is valid from "
                                    + from
                                    + " to "
                                    + to,
                            "kubectl rollout restart deployment -n "
                                    + service.namespace()
                                    + " "
                                    + service.name()
                                    + "   (and compare clocks: it is "
                                    + now
                                    + " here)");
            if (now.isBefore(from) || now.isAfter(to)) {
                over.add(flaw);
            } else if (to.isBefore(now.plus(WARNED_BEFORE))) {
                soon.add(flaw);
            }
        });
        return over.isEmpty()
                ? Finding.warning(
                        soon,
                        "serving certificates are about to end, and should have been renewed",
                        "serving certificates are valid for two weeks at least")
                : new Problem("serving certificates are not valid now", over);
    }

    private static Finding names(Mesh mesh) {
        Map<ObjectName, X509Certificate> serving = serving(mesh);
        if (serving.isEmpty()) {
            return new Skipped("no serving certificate can be read");
        }
        List<Flaw> flaws = new ArrayList<>();
        serving.forEach((service, certificate) -> {
            String host = service.name() + "." + service.namespace() + ".svc";
            if (!Certificates.names(certificate, host)) {
                flaws.add(
                        new Flaw(
                                "the certificate of service " + service + " is not for " + host,
                                "kubectl delete secret -n "
                                        + service.namespace()
                                        + " "
                                        + service.name()
                                        + Survey.CERTIFICATE_SUFFIX
                                        + ", then restart its Deployment"));
            }
        });
        return Finding.problem(
                flaws,
                "the API server refuses some certificates for their names",
                "serving certificates name their Services");
    }
}
