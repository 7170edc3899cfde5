// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.api.contract.Objects;

/** A family of addresses; each has a table of its own. */
enum Family {
    IPV4("ip", "127.0.0.1/32", Objects.INBOUND_SOURCE),
    IPV6("ip6", "::1/128", Objects.INBOUND_SOURCE_IPV6);

    private final String nft;
    private final String loopback;
    private final String inboundSource;

    Family(String nft, String loopback, String inboundSource) {
        this.nft = nft;
        this.loopback = loopback;
        this.inboundSource = inboundSource;
    }

    /** As nftables calls it. */
    String nft() {
        return nft;
    }

    /** The address under which a pod finds itself. */
    Cidr loopback() {
        return Cidr.parse(loopback);
    }

    /** Where the proxy calls its application from. */
    Cidr inboundSource() {
        return Cidr.parse(inboundSource);
    }
}
