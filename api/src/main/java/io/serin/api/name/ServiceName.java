// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

/** A Kubernetes Service: its namespace and name, both DNS labels. */
public record ServiceName(String namespace, String name) implements Comparable<ServiceName> {

    /** What all their hosts end with. */
    public static final String DOMAIN = "svc.cluster.local";

    private static final String SUFFIX = "." + DOMAIN;

    public ServiceName {
        DnsLabel.check("namespace", namespace);
        DnsLabel.check("service", name);
    }

    /** The fully qualified host name, e.g. {@code reviews.shop.svc.cluster.local}. */
    public String host() {
        return name + "." + namespace + SUFFIX;
    }

    /**
     * Reads what {@link #host} writes.
     *
     * @throws IllegalArgumentException when the host is not a Service's fully qualified name
     */
    public static ServiceName parseHost(String host) {
        int dot = host.indexOf('.');
        if (dot < 0 || !host.endsWith(SUFFIX) || host.length() - SUFFIX.length() <= dot) {
            throw new IllegalArgumentException(
                    "host: '" + host + "' (expected: <service>.<namespace>" + SUFFIX + ")");
        }
        return new ServiceName(
                host.substring(dot + 1, host.length() - SUFFIX.length()), host.substring(0, dot));
    }

    @Override
    public int compareTo(ServiceName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** {@code name.namespace}, as people write it. */
    @Override
    public String toString() {
        return name + "." + namespace;
    }
}
