// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.route.RouteAction;
import io.serin.api.route.WeightedCluster;
import io.serin.api.xds.Any;
import io.serin.api.xds.CoreXds;
import io.serin.api.xds.Duration;
import io.serin.api.xds.RouteXds;
import io.serin.api.xds.RouteXds.RouteAction.ClusterNotFoundResponseCode;
import io.serin.api.xds.RouteXds.WeightedClusters.ClusterWeight;
import java.util.List;

/**
 * {@code envoy.config.route.v3.RouteAction} and {@code DirectResponseAction}. A change to the
 * request that is overlooked would reach the application.
 */
final class ActionCodec {

    /**
     * Failures that Envoy tries again elsewhere: those that reached nobody. A Serin proxy also
     * tries again what RFC 9110 section 9.2.2 calls idempotent.
     */
    private static final String RETRY_ON = "connect-failure,refused-stream";

    /** How often Envoy picks anew when it picked an endpoint that has just failed. */
    private static final int HOST_SELECTIONS = 5;

    private static final RouteXds.RetryPolicy.RetryHostPredicate NOT_THE_SAME_AGAIN =
            RouteXds.RetryPolicy.RetryHostPredicate.newBuilder()
                    .setName("envoy.retry_host_predicates.previous_hosts")
                    .setTypedConfig(
                            Any.newBuilder()
                                    .setTypeUrl(
                                            "type.googleapis.com/envoy.extensions.retry.host"
                                                    + ".previous_hosts.v3.PreviousHostsPredicate"))
                    .build();

    private ActionCodec() {}

    static RouteXds.RouteAction encode(RouteAction.Forward forward) {
        RouteXds.WeightedClusters.Builder clusters = RouteXds.WeightedClusters.newBuilder();
        for (WeightedCluster cluster : forward.clusters()) {
            clusters.addClusters(
                    ClusterWeight.newBuilder()
                            .setName(cluster.cluster())
                            .setWeight(Wire.uint(cluster.weight())));
        }
        RouteXds.RouteAction.Builder xds =
                RouteXds.RouteAction.newBuilder()
                        .setWeightedClusters(clusters)
                        // Zero: no limit. Envoy's default would be 15 s.
                        .setTimeout(Duration.getDefaultInstance())
                        .setClusterNotFoundResponseCode(
                                ClusterNotFoundResponseCode.INTERNAL_SERVER_ERROR);
        if (forward.retries() > 0) {
            xds.setRetryPolicy(
                    RouteXds.RetryPolicy.newBuilder()
                            .setRetryOn(RETRY_ON)
                            .setNumRetries(Wire.uint(forward.retries()))
                            .addRetryHostPredicate(NOT_THE_SAME_AGAIN)
                            .setHostSelectionRetryMaxAttempts(HOST_SELECTIONS));
        }
        return xds.build();
    }

    static RouteXds.DirectResponseAction encode(RouteAction.Respond respond) {
        RouteXds.DirectResponseAction.Builder xds =
                RouteXds.DirectResponseAction.newBuilder().setStatus(respond.status());
        if (!respond.body().isEmpty()) {
            xds.setBody(CoreXds.DataSource.newBuilder().setInlineString(respond.body()));
        }
        return xds.build();
    }

    static RouteAction.Forward decode(String route, RouteXds.RouteAction xds) throws CodecFault {
        String where = route + ", route";
        Refusal.ifSet(where, "timeout", !xds.getTimeout().equals(Duration.getDefaultInstance()));
        Refusal.ifSet(where, "prefix_rewrite", !xds.getPrefixRewrite().isEmpty());
        Refusal.ifSet(where, "regex_rewrite", xds.hasRegexRewrite());
        Refusal.ifSet(where, "host_rewrite_literal", !xds.getHostRewriteLiteral().isEmpty());
        Refusal.ifSet(where, "request_mirror_policies", xds.getRequestMirrorPoliciesCount() > 0);
        List<WeightedCluster> clusters =
                switch (xds.getClusterSpecifierCase()) {
                    case CLUSTER -> List.of(new WeightedCluster(xds.getCluster(), 1));
                    case WEIGHTED_CLUSTERS ->
                            xds.getWeightedClusters().getClustersList().stream()
                                    .map(ActionCodec::decode)
                                    .toList();
                    case CLUSTERSPECIFIER_NOT_SET ->
                            throw new CodecFault(
                                    where
                                            + ": another cluster specifier "
                                            + "(expected: cluster or weighted_clusters)");
                };
        return new RouteAction.Forward(clusters, retries(where, xds));
    }

    private static WeightedCluster decode(ClusterWeight xds) {
        return new WeightedCluster(xds.getName(), xds.getWeight().getValue());
    }

    private static int retries(String where, RouteXds.RouteAction xds) throws CodecFault {
        if (!xds.hasRetryPolicy()) {
            return 0;
        }
        RouteXds.RetryPolicy retry = xds.getRetryPolicy();
        if (!retry.getRetryOn().equals(RETRY_ON)) {
            throw new CodecFault(
                    where
                            + ", retry_policy.retry_on: '"
                            + retry.getRetryOn()
                            + "' (expected: '"
                            + RETRY_ON
                            + "')");
        }
        return retry.getNumRetries().getValue();
    }

    static RouteAction.Respond decode(RouteXds.DirectResponseAction xds) {
        return new RouteAction.Respond(xds.getStatus(), xds.getBody().getInlineString());
    }
}
