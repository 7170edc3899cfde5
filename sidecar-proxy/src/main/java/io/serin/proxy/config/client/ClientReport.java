// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import io.serin.api.codec.TypeUrl;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How the conversation with the control plane stands, for people and metrics.
 *
 * @param connection whether there is a stream now
 * @param types what happened of each type
 */
public record ClientReport(Connection connection, Map<TypeUrl, TypeReport> types) {

    public ClientReport {
        types = Map.copyOf(types);
    }

    public TypeReport of(TypeUrl type) {
        return types.getOrDefault(type, TypeReport.NONE);
    }

    /** The stream, or why there is none. */
    public sealed interface Connection {

        record Connected(String address, Instant since) implements Connection {}

        /**
         * There is none, for now.
         *
         * @param cause of the last end; empty before the first attempt has ended
         */
        record Disconnected(String cause, Instant since) implements Connection {}
    }

    /**
     * One type of resource.
     *
     * @param versions of each resource held
     * @param accepted responses that were acknowledged
     * @param rejected responses that were refused
     */
    public record TypeReport(
            Map<String, String> versions,
            long accepted,
            long rejected,
            Optional<Instant> lastAccepted,
            Optional<Rejection> lastRejection) {

        static final TypeReport NONE =
                new TypeReport(Map.of(), 0, 0, Optional.empty(), Optional.empty());

        public TypeReport {
            versions = Map.copyOf(versions);
        }

        TypeReport accept(Map<String, String> held, Instant at) {
            return new TypeReport(held, accepted + 1, rejected, Optional.of(at), lastRejection);
        }

        TypeReport reject(String message, Instant at) {
            return new TypeReport(
                    versions,
                    accepted,
                    rejected + 1,
                    lastAccepted,
                    Optional.of(new Rejection(message, at)));
        }
    }

    /** A response that was refused, and why. */
    public record Rejection(String message, Instant at) {}
}
