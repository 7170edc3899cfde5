// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

/**
 * A sidecar, by the pod that it stands beside. Written as the xDS {@code node.id}, in Istio's form:
 * {@code sidecar~<ip>~<pod>.<namespace>~<namespace>.svc.cluster.local}.
 *
 * @param ip the pod's address, which finds the workload in the index
 */
public record ProxyId(String ip, String pod, String namespace) implements Comparable<ProxyId> {

    public ProxyId {
        if (ip.isEmpty() || pod.isEmpty()) {
            throw new IllegalArgumentException(
                    "proxy: ip '" + ip + "', pod '" + pod + "' (expected: both set)");
        }
        DnsLabel.check("namespace", namespace);
    }

    /**
     * Reads what {@link #nodeId} writes.
     *
     * @throws IllegalArgumentException when it has another form
     */
    public static ProxyId parse(String nodeId) {
        String[] parts = nodeId.split("~", -1);
        int dot = parts.length == 4 ? parts[2].lastIndexOf('.') : -1;
        if (dot <= 0 || !parts[0].equals("sidecar")) {
            throw new IllegalArgumentException(
                    "node id: '"
                            + nodeId
                            + "' (expected: sidecar~<ip>~<pod>.<namespace>~<namespace>.svc.cluster.local)");
        }
        return new ProxyId(parts[1], parts[2].substring(0, dot), parts[2].substring(dot + 1));
    }

    public String nodeId() {
        return "sidecar~" + ip + "~" + this + "~" + namespace + ".svc.cluster.local";
    }

    @Override
    public int compareTo(ProxyId other) {
        return nodeId().compareTo(other.nodeId());
    }

    /** {@code pod.namespace}, as people write it. */
    @Override
    public String toString() {
        return pod + "." + namespace;
    }
}
