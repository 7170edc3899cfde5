// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.serin.api.codec.TypeUrl;
import io.serin.api.discovery.ServerStream;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.DiscoveryRequest;
import io.serin.api.xds.DiscoveryResponse;
import io.serin.api.xds.Node;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What is different about the two protocols, for a stream of either.
 *
 * @param method of the service {@code envoy.service.discovery.v3.AggregatedDiscoveryService}
 */
record AdsProtocol<Q extends MessageLite, R extends MessageLite>(
        String method,
        ProxyStatus.Mode mode,
        Parser<Q> parser,
        Function<Q, Node> toNode,
        Function<R, String> toTypeUrl,
        BiFunction<String, String, ServerStream<Q, R>> streams) {

    static final AdsProtocol<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DELTA =
            new AdsProtocol<>(
                    "DeltaAggregatedResources",
                    ProxyStatus.Mode.DELTA,
                    DeltaDiscoveryRequest.parser(),
                    DeltaDiscoveryRequest::getNode,
                    DeltaDiscoveryResponse::getTypeUrl,
                    ServerStream::delta);

    static final AdsProtocol<DiscoveryRequest, DiscoveryResponse> SOTW =
            new AdsProtocol<>(
                    "StreamAggregatedResources",
                    ProxyStatus.Mode.SOTW,
                    DiscoveryRequest.parser(),
                    DiscoveryRequest::getNode,
                    DiscoveryResponse::getTypeUrl,
                    ServerStream::sotw);

    ServerStream<Q, R> stream(String identifier, String nonceStem) {
        return streams.apply(identifier, nonceStem);
    }

    Node node(Q request) {
        return toNode.apply(request);
    }

    TypeUrl type(R response) {
        return TypeUrl.of(toTypeUrl.apply(response)).orElseThrow();
    }
}
