// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.serin.api.codec.TypeUrl;
import io.serin.api.snapshot.ProxyNode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One connected proxy, and what it holds.
 *
 * @param types those that it asked for
 * @param lastNack what it refused last, on this connection
 * @param stays why it could not follow the last word of where it belongs, on this connection
 */
public record ProxyStatus(
        ProxyNode node,
        Instant connectedSince,
        Mode mode,
        Map<TypeUrl, TypeStatus> types,
        Optional<Nack> lastNack,
        Optional<Nack> stays) {

    public ProxyStatus {
        types = Map.copyOf(types);
    }

    /** Whether it came only to ask where it belongs, so far. */
    public boolean onlyAsks() {
        return types.keySet().equals(Set.of(TypeUrl.HOME));
    }

    /** Which of the two protocols it speaks. */
    public enum Mode {
        DELTA,
        SOTW
    }

    /**
     * What it holds of a type.
     *
     * @param sent the version of the last response
     * @param acked the version of the last response that it took; empty before the first
     */
    public record TypeStatus(
            String sent, String acked, Optional<Instant> sentAt, Optional<Instant> ackedAt) {

        static final TypeStatus NOTHING =
                new TypeStatus("", "", Optional.empty(), Optional.empty());

        TypeStatus sent(String version, Instant at) {
            return new TypeStatus(version, acked, Optional.of(at), ackedAt);
        }

        TypeStatus acked(String version, Instant at) {
            return new TypeStatus(sent, version, sentAt, Optional.of(at));
        }
    }

    /** A refusal, in the proxy's own words. */
    public record Nack(TypeUrl type, String message, Instant at) {}
}
