// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The name servers of the pod, as the kubelet wrote them down. */
public final class Resolvers {

    /** Where they stand, in every container of a pod. */
    public static final Path FILE = Path.of("/etc/resolv.conf");

    private Resolvers() {}

    /**
     * Reads them, in their order: resolv.conf(5). A line that holds no address is passed over, as
     * the C library does.
     *
     * @throws IOException when there is no such file
     */
    public static List<InetAddress> read(Path file) throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("[ \\t]+", -1);
            if (words.length > 1 && words[0].equals("nameserver")) {
                try {
                    addresses.add(InetAddress.ofLiteral(words[1]));
                } catch (IllegalArgumentException noAddress) {
                    // As said above.
                }
            }
        }
        return addresses;
    }
}
