// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;

/** What a client's request turned out to mean. */
public sealed interface ServerEvent {

    /** Resources were asked for, or no longer wanted. */
    record Subscribed(TypeUrl type) implements ServerEvent {}

    /** The last response was taken; perhaps something was asked for besides. */
    record Acked(TypeUrl type, ServerOffer offer) implements ServerEvent {}

    /** The last response was refused; the client works on with what it had. */
    record Nacked(TypeUrl type, String version, String message) implements ServerEvent {}

    /** It answers a response before the last, and says nothing any more. */
    record Stale(TypeUrl type) implements ServerEvent {}

    /**
     * A type that is not served here.
     *
     * @param first on this stream
     */
    record UnknownType(String url, boolean first) implements ServerEvent {}

    /** More names than are allowed; the stream has to end. */
    record TooManyNames(TypeUrl type, int names) implements ServerEvent {}
}
