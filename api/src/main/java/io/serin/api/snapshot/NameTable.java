// SPDX-License-Identifier: Apache-2.0
package io.serin.api.snapshot;

import io.serin.api.name.ServiceName;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names that a proxy answers for, when it answers its application's questions for names.
 *
 * @param hosts where each is, IPv4 and IPv6, at least one; by its full name in lower case, {@code
 *     reviews.shop.svc.cluster.local} of a Service, {@code db-0.db.shop.svc.cluster.local} of a
 *     headless one's pod
 */
public record NameTable(Map<String, List<InetAddress>> hosts) {

    /** The one name that it is asked for by. */
    public static final String NAME = "names";

    public static final NameTable EMPTY = new NameTable(Map.of());

    private static final Pattern HOST =
            Pattern.compile("([a-z0-9_-]{1,63}\\.){2,3}" + Pattern.quote(ServiceName.DOMAIN));

    public NameTable {
        Map<String, List<InetAddress>> copy = new HashMap<>();
        hosts.forEach(
                (host, addresses) -> copy.put(checked(host, addresses), List.copyOf(addresses)));
        hosts = Map.copyOf(copy);
    }

    private static String checked(String host, List<InetAddress> addresses) {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "host: '"
                            + host
                            + "' (expected: the full name of a Service or of its pod, in lower case)");
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "host '" + host + "': no address (expected: at least one)");
        }
        return host;
    }
}
