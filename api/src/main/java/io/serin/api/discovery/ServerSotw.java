// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.ControlPlane;
import io.serin.api.xds.DiscoveryRequest;
import io.serin.api.xds.DiscoveryResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The protocol in which every request names all that is wanted. Envoy, "xDS REST and gRPC
 * protocol", sections "Basic Protocol Overview" and "How the client specifies what resources to
 * return".
 */
record ServerSotw(ControlPlane self)
        implements ServerProtocol<DiscoveryRequest, DiscoveryResponse> {

    @Override
    public String typeUrl(DiscoveryRequest request) {
        return request.getTypeUrl();
    }

    @Override
    public ServerSubscription.Style style(TypeUrl type) {
        return type.isWildcard()
                ? ServerSubscription.Style.WHOLE
                : ServerSubscription.Style.PARTIAL;
    }

    @Override
    public ServerEvent read(
            DiscoveryRequest request, TypeUrl type, ServerSubscription subscription) {
        Set<String> wanted = new HashSet<>(request.getResourceNamesList());
        boolean all = wanted.remove(ServerProtocol.WILDCARD);
        if (!subscription.isStarted() || request.getResponseNonce().isEmpty()) {
            // The version that it may carry says nothing of which names it was for: all is sent.
            subscription.start();
            if (all || (type.isWildcard() && wanted.isEmpty())) {
                subscription.subscribeAll();
            }
            subscription.subscribe(wanted);
            return new ServerEvent.Subscribed(type);
        }
        if (!subscription.isLastNonce(request.getResponseNonce())) {
            // It will say it all again once it has read the response that is on its way.
            return new ServerEvent.Stale(type);
        }
        ServerEvent event = answer(request, type, subscription);
        // Saying nothing goes on to mean everything, until something was named.
        boolean stillAll =
                subscription.isWildcard() && subscription.size() == 0 && wanted.isEmpty();
        if (!all && !stillAll) {
            subscription.unsubscribeAll();
        } else if (all) {
            subscription.subscribeAll();
        }
        List<String> fewer =
                subscription.names().stream().filter(name -> !wanted.contains(name)).toList();
        List<String> more =
                wanted.stream().filter(name -> !subscription.names().contains(name)).toList();
        subscription.unsubscribe(fewer);
        subscription.subscribe(more);
        return event;
    }

    private static ServerEvent answer(
            DiscoveryRequest request, TypeUrl type, ServerSubscription subscription) {
        if (request.hasErrorDetail()) {
            Optional<ServerOffer> refused = subscription.nack();
            return new ServerEvent.Nacked(
                    type,
                    refused.map(ServerOffer::version).orElse(subscription.sentVersion()),
                    request.getErrorDetail().getMessage());
        }
        return subscription
                .ack()
                .<ServerEvent>map(offer -> new ServerEvent.Acked(type, offer))
                .orElseGet(() -> new ServerEvent.Subscribed(type));
    }

    @Override
    public DiscoveryResponse write(TypeUrl type, ServerOffer offer) {
        DiscoveryResponse.Builder response =
                DiscoveryResponse.newBuilder()
                        .setVersionInfo(offer.version())
                        .setTypeUrl(type.url())
                        .setNonce(offer.nonce())
                        .setControlPlane(self);
        offer.resources().forEach(resource -> response.addResources(resource.body()));
        return response.build();
    }
}
