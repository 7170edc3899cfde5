// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.name.ServiceName;
import io.serin.api.snapshot.NameTable;
import io.serin.api.xds.NameXds;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code istio.networking.nds.v1.NameTable}: of what it says of a host, all but the addresses
 * follows from its name.
 */
final class NameCodec {

    /** Who knows of the host: the one registry whose hosts have short names. */
    private static final String REGISTRY = "Kubernetes";

    private NameCodec() {}

    static NameXds.NameTable encode(NameTable names) {
        NameXds.NameTable.Builder table = NameXds.NameTable.newBuilder();
        // In an order of their own: the version is a hash of the bytes.
        new TreeMap<>(names.hosts())
                .forEach((host, addresses) -> table.putTable(host, encode(host, addresses)));
        return table.build();
    }

    private static NameXds.NameTable.NameInfo encode(String host, List<InetAddress> addresses) {
        String inside = host.substring(0, host.length() - ServiceName.DOMAIN.length() - 1);
        int dot = inside.lastIndexOf('.');
        NameXds.NameTable.NameInfo.Builder info =
                NameXds.NameTable.NameInfo.newBuilder()
                        .setRegistry(REGISTRY)
                        .setShortname(inside.substring(0, dot))
                        .setNamespace(inside.substring(dot + 1));
        addresses.forEach(address -> info.addIps(address.getHostAddress()));
        return info.build();
    }

    static NameTable decode(String where, NameXds.NameTable xds) throws CodecFault {
        Map<String, List<InetAddress>> hosts = new HashMap<>();
        for (Map.Entry<String, NameXds.NameTable.NameInfo> entry : xds.getTableMap().entrySet()) {
            String host = entry.getKey();
            NameXds.NameTable.NameInfo info = entry.getValue();
            String place = where + ", '" + host + "'";
            check(place + ", registry", info.getRegistry(), REGISTRY);
            check(
                    place,
                    info.getShortname() + "." + info.getNamespace() + "." + ServiceName.DOMAIN,
                    host);
            List<InetAddress> addresses = new ArrayList<>();
            for (String ip : info.getIpsList()) {
                addresses.add(address(place, ip));
            }
            hosts.put(host, addresses);
        }
        return new NameTable(hosts);
    }

    private static void check(String where, String held, String expected) throws CodecFault {
        if (!held.equals(expected)) {
            throw new CodecFault(where + ": '" + held + "' (expected: " + expected + ")");
        }
    }

    private static InetAddress address(String where, String ip) throws CodecFault {
        try {
            return InetAddress.ofLiteral(ip);
        } catch (IllegalArgumentException noAddress) {
            throw new CodecFault(where + ", ips: '" + ip + "' (expected: an address)");
        }
    }
}
