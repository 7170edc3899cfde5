// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;

/** The words in which subscriptions are spoken of: state of the world, or delta. */
sealed interface ServerProtocol<Q, R> permits ServerDelta, ServerSotw {

    /**
     * The name that a subscription to everything goes by, where it isn't meant by saying nothing.
     */
    String WILDCARD = "*";

    String typeUrl(Q request);

    ServerSubscription.Style style(TypeUrl type);

    /** Reads a request into the subscription. */
    ServerEvent read(Q request, TypeUrl type, ServerSubscription subscription);

    /** Writes what the subscription has to say. */
    R write(TypeUrl type, ServerOffer offer);
}
