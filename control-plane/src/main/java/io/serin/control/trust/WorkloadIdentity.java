// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

/**
 * Who a workload is: the service account that its pods run as. Written as a SPIFFE ID.
 *
 * @param trustDomain of the mesh, e.g. {@code cluster.local}
 */
record WorkloadIdentity(String trustDomain, String namespace, String account) {

    private static final String NAME = "[a-z0-9]([-a-z0-9.]*[a-z0-9])?";

    WorkloadIdentity {
        check("namespace", namespace);
        check("service account", account);
    }

    /** A slash in a name would make another identity of it. */
    private static void check(String what, String name) {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException(
                    what + ": '" + name + "' (expected: a name of Kubernetes)");
        }
    }

    /** {@code spiffe://<trust domain>/ns/<namespace>/sa/<service account>}. */
    @Override
    public String toString() {
        return "spiffe://" + trustDomain + "/ns/" + namespace + "/sa/" + account;
    }
}
