// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.server;

import io.serin.workload.options.Options;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who this server says it is, and whom it asks.
 *
 * @param service the name in its answers
 * @param version the version in its answers
 * @param pod the instance in its answers
 * @param port where it listens; 0: any free port
 * @param upstream what it asks for every request before it answers, if anything
 */
record ServerSettings(
        String service, String version, String pod, int port, Optional<URI> upstream) {

    private static final Set<String> KNOWN = Set.of("service", "version", "port", "upstream");

    static ServerSettings read(String[] args, Map<String, String> environment) {
        Options options = Options.read(KNOWN, args, environment);
        return new ServerSettings(
                options.text("service", "server"),
                options.text("version", "v1"),
                environment.getOrDefault("HOSTNAME", "unknown"),
                options.number("port", 8080, 0, 65_535),
                upstream(options.text("upstream", "")));
    }

    /** This server's entry in the header x-version, e.g. {@code reviews-v2}. */
    String mark() {
        return service + "-" + version;
    }

    private static Optional<URI> upstream(String held) {
        if (held.isEmpty()) {
            return Optional.empty();
        }
        URI uri = URI.create(held);
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "--upstream: " + held + " (expected: http://host:port/path)");
        }
        return Optional.of(uri);
    }
}
