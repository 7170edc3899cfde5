// SPDX-License-Identifier: Apache-2.0
package io.serin.api.snapshot;

import io.serin.api.name.HostPort;
import java.util.List;

/** Where connections come in, an xDS {@code Listener}. */
public sealed interface Listener {

    String name();

    /**
     * Redirected connections to one destination, outbound; bound to no port of its own. Found by
     * original destination: address and port, then {@code 0.0.0.0} and port, then {@link Outbound}.
     *
     * @param name {@code <address>_<port>}
     * @param address a Service's ClusterIP, or {@code 0.0.0.0} for every address, and its port
     */
    record Destination(String name, HostPort address, Protocol protocol) implements Listener {}

    /**
     * Every redirected outbound connection that no {@link Destination} is for: passed through.
     *
     * @param port what to listen at, 15001
     * @param cluster the cluster for them, {@code PassthroughCluster}
     */
    record Outbound(String name, int port, String cluster) implements Listener {
        public Outbound {
            HostPort.checkPort(port);
        }
    }

    /**
     * Every redirected inbound connection.
     *
     * @param port what to listen at, 15006
     * @param ports the ports that the mesh knows of this workload, each once
     * @param cluster the cluster for all other ports, {@code InboundPassthroughCluster}
     * @param mtls whether connections of the mesh's mTLS are ended here, at every port and beside
     *     plaintext: Istio's mode PERMISSIVE; without, they are passed on as what they are
     */
    record Inbound(String name, int port, List<Port> ports, String cluster, boolean mtls)
            implements Listener {
        public Inbound {
            HostPort.checkPort(port);
            ports = List.copyOf(ports);
            if (ports.stream().mapToInt(Port::number).distinct().count() != ports.size()) {
                throw new IllegalArgumentException(
                        "ports of " + name + ": a port is listed twice (expected: each once)");
            }
        }

        /** One that ends no mTLS. */
        public Inbound(String name, int port, List<Port> ports, String cluster) {
            this(name, port, ports, cluster, false);
        }

        /**
         * A port that the workload serves.
         *
         * @param cluster {@code inbound|<port>||}, the workload itself
         * @param service the host of a Service that points here, for telemetry
         */
        public record Port(int number, boolean http, String cluster, String service) {
            public Port {
                HostPort.checkPort(number);
            }
        }
    }

    /** What is spoken at a destination. */
    sealed interface Protocol {

        /** Where all goes that no route is for. */
        String cluster();

        /**
         * HTTP where the first bytes are HTTP, anything else is passed on as TCP.
         *
         * @param routeTable the name of the table for HTTP
         * @param cluster where all that is not HTTP goes
         */
        record Http(String routeTable, String cluster) implements Protocol {}

        /** Declared to be TCP: never looked into, so that a server may speak first. */
        record Tcp(String cluster) implements Protocol {}
    }
}
