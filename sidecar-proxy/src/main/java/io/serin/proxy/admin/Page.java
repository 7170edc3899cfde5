// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Something that can be asked for.
 *
 * @param methods which methods it takes, upper case
 * @param audience who may ask
 * @param content makes the answer, anew for each request; may take its time
 */
record Page(Set<String> methods, Predicate<InetAddress> audience, Content content) {

    private static final Set<String> READ = Set.of("GET", "HEAD");

    Page {
        methods = Set.copyOf(methods);
    }

    /** Makes an answer. */
    @FunctionalInterface
    interface Content {
        Answer answer() throws IOException;
    }

    /** For everyone, and changes nothing. */
    static Page readable(Content content) {
        return new Page(READ, anyone -> true, content);
    }

    /**
     * What is said.
     *
     * @param status the HTTP status
     * @param type its media type
     */
    record Answer(int status, String type, String body) {

        static Answer text(int status, String body) {
            return new Answer(status, "text/plain; charset=utf-8", body + "\n");
        }
    }
}
