// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.AUTHORIZATION_POLICIES;
import static io.serin.cli.check.Source.PEER_AUTHENTICATIONS;

import io.serin.cli.check.Finding.Flaw;
import java.util.List;
import java.util.stream.Stream;

/** Istio's security policies, which Serin's proxies do not know. */
final class Policies {

    static final Check NONE_UNHEARD =
            Check.of(
                    "policies-unheard",
                    "no security policy is there that nobody heeds",
                    Policies::unheard,
                    PEER_AUTHENTICATIONS,
                    AUTHORIZATION_POLICIES);

    private Policies() {}

    private static Finding unheard(Mesh mesh) {
        List<Flaw> flaws =
                Stream.concat(
                                flaws(mesh, PEER_AUTHENTICATIONS, "peerauthentication"),
                                flaws(mesh, AUTHORIZATION_POLICIES, "authorizationpolicy"))
                        .toList();
        return Finding.warning(
                flaws,
                "Serin's proxies do not read them: plaintext is taken beside mTLS, and everyone may call",
                "there is no policy of Istio's that Serin's proxies would not heed");
    }

    private static Stream<Flaw> flaws(Mesh mesh, Source source, String kind) {
        return mesh.items(source).stream()
                .map(policy ->
                        new Flaw(
                                kind + " " + policy.place(),
                                "kubectl delete "
                                        + kind
                                        + " -n "
                                        + policy.namespace()
                                        + " "
                                        + policy.name()
                                        + ", or leave its workloads to Istio"));
    }
}
