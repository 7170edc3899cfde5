// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import io.serin.workload.options.Options;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What to ask, and how often.
 *
 * @param url whom to ask
 * @param rate requests per second, whatever becomes of those before
 * @param postPercent how many of a hundred requests are POST, the others being GET
 * @param timeout an answer that is not there by then is missing
 * @param duration how long to go on; zero: until told to stop
 */
record LoadSettings(URI url, int rate, int postPercent, Duration timeout, Duration duration) {

    private static final Set<String> KNOWN =
            Set.of("url", "rate", "post-percent", "timeout-seconds", "duration-seconds");

    static LoadSettings read(String[] args, Map<String, String> environment) {
        Options options = Options.read(KNOWN, args, environment);
        String held = options.text("url", "");
        URI url = URI.create(held);
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "--url: '%s' (expected: http://host:port/path)".formatted(held));
        }
        return new LoadSettings(
                url,
                options.number("rate", 200, 1, 10_000),
                options.number("post-percent", 0, 0, 100),
                Duration.ofSeconds(options.number("timeout-seconds", 10, 1, 600)),
                Duration.ofSeconds(options.number("duration-seconds", 0, 0, 86_400)));
    }

    String host() {
        return url.getHost();
    }

    int port() {
        return url.getPort() == -1 ? 80 : url.getPort();
    }

    /** Path and query, as in a request line. */
    String target() {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    boolean isPost(long request) {
        return request % 100 < postPercent;
    }
}
