// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.application;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a redirect leads, by the kubelet's rule: followed on the same host, ten times at most; what
 * leads to another host is healthy as it is.
 */
final class Redirects {

    private static final int MOST = 10;

    private static final Set<Integer> FOLLOWED = Set.of(301, 302, 303, 307, 308);

    /**
     * The next request.
     *
     * @param url what is asked for, with the host that is called
     */
    record Next(URI url, HttpHeaders headers) {

        boolean tls() {
            return url.getScheme().equals("https");
        }

        int port() {
            return url.getPort() >= 0 ? url.getPort() : tls() ? 443 : 80;
        }

        /** As it goes on the wire. */
        String path() {
            String path = url.getRawPath();
            String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
            return (path == null || path.isEmpty() ? "/" : path) + query;
        }
    }

    private int followed;

    /**
     * What to ask next.
     *
     * @return empty when the answer stands
     * @throws IOException when it leads on for ever, or to what is no address
     */
    Optional<Next> after(Next asked, AppAnswer answer) throws IOException {
        if (!FOLLOWED.contains(answer.status()) || answer.location().isEmpty()) {
            return Optional.empty();
        }
        URI location;
        URI to;
        try {
            location = URI.create(answer.location());
            to = asked.url.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("a redirect to '" + answer.location() + "', no address", e);
        }
        String host = to.getHost();
        if (host == null || !host.equalsIgnoreCase(asked.url.getHost())) {
            return Optional.empty();
        }
        String scheme = to.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IOException("a redirect to '" + to + "' (expected: http or https)");
        }
        followed++;
        if (followed > MOST) {
            throw new IOException("more than " + MOST + " redirects");
        }
        HttpHeaders headers = asked.headers.copy();
        if (location.isAbsolute()) {
            headers.set(HttpHeaderNames.HOST, to.getRawAuthority());
        }
        return Optional.of(new Next(to, headers));
    }
}
