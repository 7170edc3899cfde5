// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

/**
 * An address as it is written in configuration.
 *
 * @param host an IP literal without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {

    public HostPort {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host: '' (expected: an IP address)");
        }
        checkPort(port);
    }

    /**
     * Checks a TCP port.
     *
     * @throws IllegalArgumentException when it isn't in 1 to 65535
     */
    public static int checkPort(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
        return port;
    }

    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
