// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.List;

/**
 * An EndpointSlice.
 *
 * @param service the Service that it belongs to, in the same namespace; empty for none
 * @param family of all its addresses: a pod that has two is in two slices
 * @param endpoints those that have an address; none of a slice of domain names
 */
public record KubeSlice(
        ObjectName name, String service, Family family, List<Port> ports, List<Endpoint> endpoints)
        implements KubeObject {

    /** Of addresses. */
    public enum Family {
        IPV4,
        IPV6,
        NONE
    }

    public KubeSlice {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    /**
     * @param name the Service port's name
     */
    public record Port(String name, int number) {}

    /**
     * @param hostname what the pod is called below the Service's name; empty for nothing
     */
    public record Endpoint(
            String address, boolean ready, boolean serving, boolean terminating, String hostname) {}
}
