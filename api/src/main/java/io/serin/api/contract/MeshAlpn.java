// SPDX-License-Identifier: Apache-2.0
package io.serin.api.contract;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a client of the mesh's mTLS offers in ALPN, RFC 7301, under Istio's names: a server tells it
 * by these from the application's own TLS, which it must not end, and what is spoken inside. The
 * server chooses none of them.
 */
public final class MeshAlpn {

    /** HTTP/1.1 is inside. */
    public static final String HTTP_1_1 = "istio-http/1.1";

    /** Anything is inside. */
    public static final String ANY = "istio";

    /** Istio's metadata comes first, if the server chooses it; else as {@link #ANY}. */
    public static final String PEER_EXCHANGE = "istio-peer-exchange";

    /** Those with HTTP inside that a sidecar reads. */
    public static final List<String> HTTP = List.of("istio-http/1.0", HTTP_1_1);

    /** Those with anything else inside; HTTP/2 goes through as TCP. */
    public static final List<String> NO_HTTP = List.of(PEER_EXCHANGE, ANY, "istio-h2");

    public static final List<String> ALL = Stream.of(HTTP, NO_HTTP).flatMap(List::stream).toList();

    private MeshAlpn() {}
}
