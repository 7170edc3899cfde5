// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.dns;

import java.security.Security;

/** The JVM's memory of names; one for the process. */
public final class DnsCache {

    private DnsCache() {}

    /**
     * For a cluster whose DNS is away for a moment, as when its pod is moved: an address that was
     * found is kept until DNS says otherwise, an hour at most, and a name that was not found is
     * looked for again at once, in place of after 10 s. To be called before any name is looked up.
     */
    public static void outlastOutages() {
        Security.setProperty("networkaddress.cache.stale.ttl", "3600");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }
}
