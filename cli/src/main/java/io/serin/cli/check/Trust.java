// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.CONFIG_MAPS;
import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.NAMESPACES;
import static io.serin.cli.check.Source.PODS;
import static io.serin.cli.check.Source.ROOT_CERTIFICATES;

import io.serin.api.contract.Objects;
import io.serin.cli.check.Finding.Fine;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.cli.check.Finding.Skipped;
import io.serin.cli.check.Finding.Warning;
import io.serin.kube.read.Reading;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Whether proxies trust who sends them their configuration. */
final class Trust {

    private static final Duration WARNED_BEFORE = Duration.ofDays(30);

    private static final String COMPLETE = "authority-complete";

    static final Group GROUP =
            new Group(
                    "trust",
                    Optional.of(ControlPlane.REVISION_INSTALLED),
                    List.of(
                            Check.of(
                                    COMPLETE,
                                    "the mesh has an authority, which can sign",
                                    Trust::complete,
                                    DEPLOYMENTS),
                            Check.of(
                                    "authority-valid",
                                    "the authority is valid for 30 days at least",
                                    Trust::valid,
                                    DEPLOYMENTS),
                            Check.of(
                                    "root-certificate-there",
                                    "proxies' namespaces say that the authority is to be trusted",
                                    Trust::roots,
                                    DEPLOYMENTS,
                                    NAMESPACES,
                                    PODS,
                                    MUTATING,
                                    CONFIG_MAPS,
                                    ROOT_CERTIFICATES),
                            Policies.NONE_UNHEARD));

    private Trust() {}

    private interface Look {
        Finding at(Authority authority) throws CertificateException;
    }

    /** What can't be read of the authority is told by the first check. */
    private static Finding look(Mesh mesh, Finding none, Look look) {
        return lookAt(
                mesh,
                none,
                authority -> {
                    try {
                        return look.at(authority);
                    } catch (CertificateException garbled) {
                        return new Skipped("the authority can't be read (" + COMPLETE + ")");
                    }
                });
    }

    private static Finding lookAt(Mesh mesh, Finding none, Function<Authority, Finding> look) {
        if (mesh.revisions().isEmpty()) {
            return new Skipped("no revision is Serin's");
        }
        return switch (mesh.facts().authority()) {
            case Reading.Unread<Optional<Authority>>(String why) -> new Skipped(why);
            case Reading.Read<Optional<Authority>>(Optional<Authority> authority) ->
                    authority.map(look).orElse(none);
        };
    }

    private static Finding complete(Mesh mesh) {
        return lookAt(
                mesh,
                new Problem(
                        "the mesh has no authority",
                        List.of(
                                new Flaw(
                                        "there is neither secret "
                                                + Objects.PLUGGED_AUTHORITY
                                                + " nor secret "
                                                + Objects.AUTHORITY,
                                        "a control plane makes one; see why it does not: kubectl"
                                                + " logs -n "
                                                + Objects.SYSTEM_NAMESPACE
                                                + " -l app=istiod --tail=-1"))),
                authority ->
                        Finding.problem(
                                flaws(authority, mesh.facts().now()).stream()
                                        .map(what ->
                                                new Flaw(
                                                        "secret "
                                                                + authority.secret()
                                                                + ": "
                                                                + what,
                                                        replace(authority)))
                                        .toList(),
                                "the mesh's authority can't sign for control planes",
                                "the mesh's authority, secret "
                                        + authority.secret()
                                        + ", has the key to its certificate"));
    }

    private static List<String> flaws(Authority authority, Instant now) {
        List<String> flaws = new ArrayList<>();
        if (!authority.missing().isEmpty()) {
            flaws.add("it has no " + String.join(", no ", authority.missing()));
            return flaws;
        }
        for (String key : List.of(Authority.CERTIFICATE, Authority.CHAIN, Authority.ROOT)) {
            if (authority.texts().containsKey(key)) {
                try {
                    Certificates.parse(authority.texts().getOrDefault(key, ""));
                } catch (CertificateException garbled) {
                    flaws.add(key + " can't be read: " + garbled.getMessage());
                }
            }
        }
        if (!flaws.isEmpty()) {
            return flaws;
        }
        authority.keyFlaw().ifPresent(flaw -> flaws.add(Authority.KEY + " " + flaw));
        try {
            if (!Certificates.maySign(authority.certificate())) {
                flaws.add(Authority.CERTIFICATE + " is not that of an authority (CA:TRUE)");
            }
            List<X509Certificate> chain = authority.chain();
            if (!chain.isEmpty()
                    && !Certificates.verifies(
                            authority.roots(), chain, Certificates.within(chain.getFirst(), now))) {
                flaws.add(
                        "no root of "
                                + Authority.ROOT
                                + " has signed "
                                + Authority.CERTIFICATE
                                + ", by way of "
                                + Authority.CHAIN);
            }
        } catch (CertificateException impossible) {
            throw new IllegalStateException("it was read a moment ago", impossible);
        }
        return flaws;
    }

    private static String replace(Authority authority) {
        String secret = "kubectl delete secret -n " + Objects.SYSTEM_NAMESPACE + " ";
        return authority.isPlugged()
                ? "bring one along that is whole, see docs/install.md#the-authority: "
                        + secret
                        + authority.secret()
                        + "; kubectl create secret generic "
                        + authority.secret()
                        + " -n "
                        + Objects.SYSTEM_NAMESPACE
                        + " --from-file=ca-cert.pem --from-file=ca-key.pem"
                        + " --from-file=root-cert.pem --from-file=cert-chain.pem"
                : "have another one made: "
                        + secret
                        + authority.secret()
                        + "; kubectl rollout restart deployment -n "
                        + Objects.SYSTEM_NAMESPACE
                        + " -l app=istiod";
    }

    private static Finding valid(Mesh mesh) {
        return look(
                mesh,
                new Skipped("there is none (" + COMPLETE + ")"),
                authority -> {
                    X509Certificate certificate = authority.certificate();
                    Instant from = certificate.getNotBefore().toInstant();
                    Instant to = certificate.getNotAfter().toInstant();
                    Instant now = mesh.facts().now();
                    List<Flaw> flaws =
                            List.of(
                                    new Flaw(
                                            "secret "
                                                    + authority.secret()
                                                    + ": "
                                                    + Authority.CERTIFICATE
                                                    + " is valid from "
                                                    + from
                                                    + " to "
                                                    + to,
                                            replace(authority)
                                                    + "   (and compare clocks: it is "
                                                    + now
                                                    + " here)"));
                    if (now.isBefore(from) || now.isAfter(to)) {
                        return new Problem(
                                "the mesh's authority is not valid now: proxies trust nobody",
                                flaws);
                    }
                    return to.isBefore(now.plus(WARNED_BEFORE))
                            ? new Warning("the mesh's authority is about to end", flaws)
                            : new Fine("the mesh's authority is valid until " + to);
                });
    }

    private static Finding roots(Mesh mesh) {
        return look(
                mesh,
                new Skipped("there is no authority (" + COMPLETE + ")"),
                authority -> {
                    List<X509Certificate> roots = authority.roots();
                    List<String> namespaces = mesh.meshedNamespaces();
                    List<Flaw> flaws = new ArrayList<>();
                    for (String namespace : namespaces) {
                        flaw(mesh, namespace, roots)
                                .ifPresent(what ->
                                        flaws.add(
                                                new Flaw(
                                                        "namespace " + namespace + ": " + what,
                                                        "the holder of lease "
                                                                + Objects.ROOT_CERTIFICATE_LEASE
                                                                + " writes it; see why it does not:"
                                                                + " kubectl logs -n "
                                                                + Objects.SYSTEM_NAMESPACE
                                                                + " -l app=istiod --tail=-1")));
                    }
                    return Finding.problem(
                            flaws,
                            "in some namespaces sidecars can't start, or trust no control plane",
                            "namespaces with sidecars that have the authority's root certificate: all "
                                    + namespaces.size());
                });
    }

    private static Optional<String> flaw(Mesh mesh, String namespace, List<X509Certificate> roots) {
        Optional<Item> held = mesh.rootCertificates(namespace);
        if (held.isEmpty()) {
            return Optional.of(
                    "config map "
                            + Objects.ROOT_CERTIFICATE
                            + " is not there, and no pod with a sidecar can start");
        }
        try {
            return Certificates.parse(held.get().data().getOrDefault(Authority.ROOT, ""))
                            .containsAll(roots)
                    ? Optional.empty()
                    : Optional.of(
                            "config map "
                                    + Objects.ROOT_CERTIFICATE
                                    + " does not hold the authority's root certificate");
        } catch (CertificateException garbled) {
            return Optional.of(
                    "config map "
                            + Objects.ROOT_CERTIFICATE
                            + ", "
                            + Authority.ROOT
                            + " can't be read: "
                            + garbled.getMessage());
        }
    }
}
