// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.check.Finding.Fine;
import io.serin.cli.check.Finding.Skipped;
import io.serin.kube.read.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The authority, and the word of it in namespaces, broken one thing at a time. */
class TrustTest {

    private static final String OWN = "mesh-authority";

    static final List<Broken> CASES =
            List.of(
                    warning(
                            "policies-unheard",
                            "peerauthentication shop/strict",
                            world ->
                                    world.add(
                                            Source.PEER_AUTHENTICATIONS,
                                            "{metadata: {name: strict, namespace: shop}, spec: {mtls: {mode: STRICT}}}")),
                    warning(
                            "policies-unheard",
                            "authorizationpolicy shop/nobody",
                            world ->
                                    world.add(
                                            Source.AUTHORIZATION_POLICIES,
                                            "{metadata: {name: nobody, namespace: shop}, spec: {}}")),
                    problem(
                            "authority-complete",
                            "there is neither secret cacerts nor secret istio-ca-secret",
                            world -> world.authority(new Reading.Read<>(Optional.empty()))),
                    problem(
                            "authority-complete",
                            "secret cacerts: it has no root-cert.pem, no cert-chain.pem",
                            world ->
                                    brought(
                                            world,
                                            Map.of("ca-cert.pem", World.pem(OWN)),
                                            List.of("root-cert.pem", "cert-chain.pem"),
                                            Optional.empty())),
                    problem(
                            "authority-complete",
                            "secret cacerts: cert-chain.pem can't be read: ",
                            world ->
                                    brought(
                                            world,
                                            Map.of(
                                                    "ca-cert.pem",
                                                    World.pem(OWN),
                                                    "cert-chain.pem",
                                                    "nothing",
                                                    "root-cert.pem",
                                                    World.pem(OWN)),
                                            List.of(),
                                            Optional.empty())),
                    problem(
                            "authority-complete",
                            "secret cacerts: ca-key.pem does not belong to it",
                            world ->
                                    brought(
                                            world,
                                            texts(OWN, OWN, OWN),
                                            List.of(),
                                            Optional.of("does not belong to it"))),
                    problem(
                            "authority-complete",
                            "ca-cert.pem is not that of an authority",
                            world -> {
                                brought(world, "serving", "serving,authority", "authority");
                                trustAll(world, "authority");
                            }),
                    problem(
                            "authority-complete",
                            "no root of root-cert.pem has signed ca-cert.pem",
                            world -> brought(world, "stranger", "stranger", OWN)),
                    problem(
                            "authority-valid",
                            "ca-cert.pem is valid from 2026-01-01T00:00:00Z to 2029-12-31",
                            world -> brought(world, "mesh-ended", "mesh-ended", OWN)),
                    warning(
                            "authority-valid",
                            "to 2030-01-20T00:00:00Z",
                            world -> brought(world, "mesh-expiring", "mesh-expiring", OWN)),
                    problem(
                            "root-certificate-there",
                            "namespace front: config map istio-ca-root-cert is not there",
                            world -> world.trustNobody("front")),
                    problem(
                            "root-certificate-there",
                            "namespace shop: config map istio-ca-root-cert does not hold the"
                                    + " authority's root",
                            world -> world.trust("shop", World.pem("stranger"))),
                    problem(
                            "root-certificate-there",
                            "namespace lab: config map istio-ca-root-cert, root-cert.pem can't be"
                                    + " read: ",
                            world -> world.trust("lab", "")),
                    problem(
                            "root-certificate-there",
                            "namespace empty: config map istio-ca-root-cert is not there",
                            world -> world.namespace("empty", "{istio.io/rev: 1-1}")));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }

    @Test
    void anAuthorityThatAnotherHasSignedIsWell() {
        World world = World.healthy();
        brought(world, "mesh-intermediate", "mesh-intermediate," + OWN, OWN);

        assertThat(Broken.reported(found(world))).isEmpty();
        assertThat(found(world).get("authority-complete"))
                .isEqualTo(
                        new Fine(
                                "the mesh's authority, secret cacerts, has the key to its"
                                        + " certificate"));
    }

    /** While roots are changed both are trusted, and both have to be everywhere. */
    @Test
    void ofTwoRootsBothHaveToBeThere() {
        World world = World.healthy();
        brought(world, OWN, OWN, OWN + ",stranger");
        for (String namespace : List.of("shop", "front")) {
            world.trust(namespace, pems("stranger," + OWN));
        }

        assertThat(requireNonNull(found(world).get("root-certificate-there")).flaws())
                .extracting(Finding.Flaw::what)
                .containsExactly(
                        "namespace lab: config map istio-ca-root-cert does not hold the"
                                + " authority's root certificate");
    }

    @Test
    void aNamespaceWithoutSidecarsNeedsNone() {
        World world = World.healthy();
        world.trustNobody("plain");
        world.trustNobody("istio-system");

        assertThat(Broken.reported(found(world))).isEmpty();
    }

    @Test
    void whoMayNotReadSecretsIsToldSo() {
        World world = World.healthy();
        world.authority(new Reading.Unread<>("secret cacerts: you may not get secrets"));

        Map<String, Finding> found = found(world);

        assertThat(Broken.reported(found)).isEmpty();
        assertThat(List.of("authority-complete", "authority-valid", "root-certificate-there"))
                .allSatisfy(id ->
                        assertThat(found.get(id))
                                .isEqualTo(new Skipped("secret cacerts: you may not get secrets")));
    }

    private static Map<String, Finding> found(World world) {
        return Broken.find(world, Broken.UPGRADE);
    }

    /** Names of files, with commas between them. */
    private static void brought(World world, String certificate, String chain, String roots) {
        brought(world, texts(certificate, chain, roots), List.of(), Optional.empty());
    }

    private static void brought(
            World world,
            Map<String, String> texts,
            List<String> missing,
            Optional<String> keyFlaw) {
        world.authority(
                new Reading.Read<>(Optional.of(new Authority("cacerts", texts, missing, keyFlaw))));
    }

    private static Map<String, String> texts(String certificate, String chain, String roots) {
        return Map.of(
                "ca-cert.pem",
                pems(certificate),
                "cert-chain.pem",
                pems(chain),
                "root-cert.pem",
                pems(roots));
    }

    private static void trustAll(World world, String roots) {
        List.of("shop", "front", "lab").forEach(namespace -> world.trust(namespace, pems(roots)));
    }

    private static String pems(String names) {
        return Stream.of(names.split(",")).map(World::pem).collect(Collectors.joining());
    }
}
