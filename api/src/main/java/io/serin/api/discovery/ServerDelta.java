// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.ControlPlane;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import java.util.List;
import java.util.Optional;

/** The incremental protocol. Envoy, "xDS REST and gRPC protocol", section "Incremental xDS". */
record ServerDelta(ControlPlane self)
        implements ServerProtocol<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {

    @Override
    public String typeUrl(DeltaDiscoveryRequest request) {
        return request.getTypeUrl();
    }

    @Override
    public ServerSubscription.Style style(TypeUrl type) {
        return ServerSubscription.Style.DELTA;
    }

    @Override
    public ServerEvent read(
            DeltaDiscoveryRequest request, TypeUrl type, ServerSubscription subscription) {
        boolean first = !subscription.isStarted();
        ServerEvent event = first ? begin(type, subscription) : answer(request, type, subscription);
        // Unlike in the other protocol, what a stale request asks for counts: it is never repeated.
        List<String> more = named(request.getResourceNamesSubscribeList());
        subscription.subscribe(more);
        boolean allBySilence =
                first && type.isWildcard() && request.getResourceNamesSubscribeCount() == 0;
        if (allBySilence || request.getResourceNamesSubscribeList().contains(WILDCARD)) {
            subscription.subscribeAll();
        }
        subscription.unsubscribe(named(request.getResourceNamesUnsubscribeList()));
        if (request.getResourceNamesUnsubscribeList().contains(WILDCARD)) {
            subscription.unsubscribeAll();
        }
        if (first) {
            subscription.holds(request.getInitialResourceVersionsMap());
        }
        return event;
    }

    private static ServerEvent begin(TypeUrl type, ServerSubscription subscription) {
        subscription.start();
        return new ServerEvent.Subscribed(type);
    }

    private static ServerEvent answer(
            DeltaDiscoveryRequest request, TypeUrl type, ServerSubscription subscription) {
        if (request.getResponseNonce().isEmpty()) {
            return new ServerEvent.Subscribed(type);
        }
        if (!subscription.isLastNonce(request.getResponseNonce())) {
            return new ServerEvent.Stale(type);
        }
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

    private static List<String> named(List<String> names) {
        return names.contains(WILDCARD)
                ? names.stream().filter(name -> !name.equals(WILDCARD)).toList()
                : names;
    }

    @Override
    public DeltaDiscoveryResponse write(TypeUrl type, ServerOffer offer) {
        DeltaDiscoveryResponse.Builder response =
                DeltaDiscoveryResponse.newBuilder()
                        .setSystemVersionInfo(offer.version())
                        .setTypeUrl(type.url())
                        .setNonce(offer.nonce())
                        .setControlPlane(self)
                        .addAllRemovedResources(offer.removed());
        offer.resources().forEach(resource -> response.addResources(resource.wire()));
        return response.build();
    }
}
