// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.xds.Any;

/** Reads a resource of any type. */
final class Decoding {

    private Decoding() {}

    static Object decode(Any resource) throws CodecFault {
        return switch (TypeUrl.of(resource.getTypeUrl()).orElseThrow()) {
            case CLUSTER -> ResourceDecoder.cluster(resource);
            case ENDPOINT -> ResourceDecoder.endpoints(resource);
            case LISTENER -> ResourceDecoder.listener(resource);
            case ROUTE -> ResourceDecoder.routeTable(resource);
            case HOME -> ResourceDecoder.home(resource);
            case NAMES -> ResourceDecoder.names(resource);
        };
    }
}
