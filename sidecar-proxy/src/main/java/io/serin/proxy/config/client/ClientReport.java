// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import io.serin.api.codec.TypeUrl;
import io.serin.api.name.Revision;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How the conversation with the control plane stands, for people and metrics.
 *
 * @param connection whether there is a stream now
 * @param home whose configuration the proxy has, and whose it should
 * @param types what happened of each type
 */
public record ClientReport(Connection connection, HomeReport home, Map<TypeUrl, TypeReport> types) {

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
     * Where the proxy gets its configuration from.
     *
     * @param injected the revision that it was injected for, and starts with
     * @param actual the revision that it is at
     * @param wanted the revision that it was last told to be at; empty before it was told
     * @param since when it is at that one
     * @param moves from one to another, since the process began
     * @param failures attempts to move that came to nothing
     * @param lastFailure the last of them
     */
    public record HomeReport(
            Revision injected,
            Revision actual,
            Optional<Revision> wanted,
            Instant since,
            long moves,
            long failures,
            Optional<Rejection> lastFailure) {

        static HomeReport start(Revision injected, Instant at) {
            return new HomeReport(injected, injected, Optional.empty(), at, 0, 0, Optional.empty());
        }

        HomeReport told(Optional<Revision> home) {
            return new HomeReport(injected, actual, home, since, moves, failures, lastFailure);
        }

        HomeReport arrived(Revision at, Instant when) {
            return new HomeReport(
                    injected, at, Optional.of(at), when, moves + 1, failures, lastFailure);
        }

        HomeReport failed(String message, Instant when) {
            return new HomeReport(
                    injected,
                    actual,
                    wanted,
                    since,
                    moves,
                    failures + 1,
                    Optional.of(new Rejection(message, when)));
        }
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

        /** With what another control plane sent, which is held now. */
        TypeReport holding(Map<String, String> held) {
            return new TypeReport(held, accepted, rejected, lastAccepted, lastRejection);
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

    /** What was refused or could not be done, and why. */
    public record Rejection(String message, Instant at) {}
}
