// SPDX-License-Identifier: Apache-2.0
package io.serin.api.route;

import java.util.List;

/**
 * A condition on a request: all of its parts have to hold.
 *
 * @param headers each has to match; empty matches every request. The method is the header {@code
 *     :method}.
 */
public record RequestMatch(PathMatch path, List<HeaderMatch> headers) {

    public static final RequestMatch ANY = new RequestMatch(new PathMatch.Prefix("/"), List.of());

    public RequestMatch {
        headers = List.copyOf(headers);
    }
}
