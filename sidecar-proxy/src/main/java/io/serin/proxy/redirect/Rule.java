// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import java.util.List;

/**
 * One rule: where all of the conditions hold, the verdict.
 *
 * @param chain where it stands, after the rules before it
 * @param why one line for the person who lists the rules
 */
record Rule(Chain chain, List<Match> matches, Verdict verdict, String why) {

    Rule {
        matches = List.copyOf(matches);
    }

    /**
     * Where rules stand. Packets enter at {@link #PREROUTING} and {@link #OUTPUT}; before these,
     * and before connections are tracked, at {@link #RAW_PREROUTING} and {@link #RAW_OUTPUT}.
     */
    enum Chain {
        REDIRECT_OUTBOUND("redirect_outbound"),
        REDIRECT_INBOUND("redirect_inbound"),
        INBOUND("inbound"),
        OUTBOUND("outbound"),
        OUTBOUND_DNS("outbound_dns"),
        RAW_PREROUTING("raw_prerouting"),
        RAW_OUTPUT("raw_output"),
        /** What arrives at the pod. */
        PREROUTING("prerouting"),
        /** What the pod's own processes send. */
        OUTPUT("output");

        private final String nft;

        Chain(String nft) {
            this.nft = nft;
        }

        String nft() {
            return nft;
        }
    }

    /** What becomes of a packet. */
    sealed interface Verdict {

        /** Back to where the chain was called; at the top, on its way as it is. */
        record Return() implements Verdict {}

        record Jump(Chain to) implements Verdict {}

        /** To this port of the pod; where it was going stays known to the socket. */
        record RedirectTo(int port) implements Verdict {}

        /** On its way as it is, tracked as if connections of other zones were not there. */
        record InZone(int zone) implements Verdict {}
    }
}
