// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeBearer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the API server whose a token is. Blocks. */
public final class TokenReviews {

    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String POD = "authentication.kubernetes.io/pod-name";

    private final KubernetesClient client;
    private final String audience;

    /**
     * @param audience whom tokens have to be for
     */
    public TokenReviews(Kube kube, String audience) {
        this.client = kube.client();
        this.audience = audience;
    }

    /**
     * Whose it is.
     *
     * @throws KubernetesClientException when the API server can't be reached, or does not say
     */
    public KubeBearer bearer(String token) {
        TokenReviewStatus status =
                client.tokenReviews()
                        .create(
                                new TokenReviewBuilder()
                                        .withNewSpec()
                                        .withToken(token)
                                        .withAudiences(audience)
                                        .endSpec()
                                        .build())
                        .getStatus();
        if (!Boolean.TRUE.equals(status.getAuthenticated())) {
            return new KubeBearer.Unknown(
                    status.getError() == null ? "it is not valid" : status.getError());
        }
        // An API server that knows no audiences says nothing of them.
        if (!status.getAudiences().contains(audience)) {
            return new KubeBearer.Unknown("it is not for audience " + audience);
        }
        return of(status.getUser());
    }

    private static KubeBearer of(UserInfo user) {
        String[] account = user.getUsername().split(":");
        if (!user.getUsername().startsWith(ACCOUNT) || account.length != 4) {
            return new KubeBearer.Unknown(user.getUsername() + " is no service account");
        }
        Map<String, List<String>> extra = user.getExtra();
        Optional<String> pod =
                Optional.ofNullable(extra.get(POD)).flatMap(names -> names.stream().findFirst());
        return new KubeBearer.Known(account[2], account[3], pod);
    }
}
