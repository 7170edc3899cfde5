// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

import java.util.regex.Pattern;

/**
 * Who a workload is: its service account, as a certificate proves it. {@code
 * spiffe://cluster.local/ns/shop/sa/reviews}; SPIFFE-ID, section 2, in Istio's form.
 *
 * @param trustDomain who vouches for it: a name in lower case
 * @param account the service account's name, which may have dots
 */
public record SpiffeId(String trustDomain, String namespace, String account)
        implements Comparable<SpiffeId> {

    /** Of a mesh that says nothing else. */
    public static final String DEFAULT_TRUST_DOMAIN = "cluster.local";

    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9._-]{1,255}");
    private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

    private static final String SCHEME = "spiffe://";
    private static final String FORM = SCHEME + "<trust domain>/ns/<namespace>/sa/<account>";

    public SpiffeId {
        check("trust domain", trustDomain, DOMAIN, "1 to 255 of a-z, 0-9, '.', '-' and '_'");
        DnsLabel.check("namespace", namespace);
        check("service account", account, ACCOUNT, "a DNS name in lower case");
    }

    private static void check(String what, String value, Pattern form, String expected) {
        if (!form.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    what + ": '" + value + "' (expected: " + expected + ")");
        }
    }

    /**
     * Reads what {@link #toString} writes, and nothing else.
     *
     * @throws IllegalArgumentException when it is not of that form
     */
    public static SpiffeId parse(String uri) {
        String[] parts = uri.startsWith(SCHEME) ? uri.split("/", -1) : new String[0];
        if (parts.length != 7 || !parts[3].equals("ns") || !parts[5].equals("sa")) {
            throw new IllegalArgumentException("identity: '" + uri + "' (expected: " + FORM + ")");
        }
        return new SpiffeId(parts[2], parts[4], parts[6]);
    }

    @Override
    public int compareTo(SpiffeId other) {
        return toString().compareTo(other.toString());
    }

    /** As a URI. */
    @Override
    public String toString() {
        return SCHEME + trustDomain + "/ns/" + namespace + "/sa/" + account;
    }
}
