// SPDX-License-Identifier: Apache-2.0
package io.serin.api.route;

/** A condition on a request's path, which ends before the query; case-sensitive. */
public sealed interface PathMatch {

    /** The whole path. */
    record Exact(String path) implements PathMatch {
        public Exact {
            checkAbsolute(path);
        }
    }

    /**
     * The path's first segments: {@code /abc} matches {@code /abc}, {@code /abc/} and {@code
     * /abc/def}, not {@code /abcd}. Gateway API PathPrefix.
     *
     * @param path without a trailing slash, except for {@code /}, which matches all
     */
    record Prefix(String path) implements PathMatch {
        public Prefix {
            checkAbsolute(path);
            if (path.length() > 1 && path.endsWith("/")) {
                throw new IllegalArgumentException(
                        "path prefix: '" + path + "' (expected: no trailing '/')");
            }
        }
    }

    private static void checkAbsolute(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "path: '" + path + "' (expected: it starts with '/')");
        }
    }
}
