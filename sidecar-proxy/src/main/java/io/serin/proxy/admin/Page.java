// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Something that can be asked for.
 *
 * @param methods which methods it takes, upper case
 * @param audience who may ask
 * @param content makes the answer, anew for each request
 */
record Page(Set<String> methods, Predicate<InetAddress> audience, Content content) {

    private static final Set<String> READ = Set.of("GET", "HEAD");

    Page {
        methods = Set.copyOf(methods);
    }

    /** Makes an answer. */
    @FunctionalInterface
    interface Content {

        /**
         * May take its time, but what it waits for somebody else to do it waits for in the future.
         */
        CompletableFuture<Answer> answer(Visit visit) throws IOException;
    }

    /** Makes an answer that waits for nobody outside the process. */
    @FunctionalInterface
    interface Made {
        Answer make() throws IOException;
    }

    /**
     * Who asks, and how.
     *
     * @param path without its query
     */
    record Visit(String path, HttpHeaders headers) {}

    /** For everyone, and changes nothing. */
    static Page readable(Made made) {
        return readable(visit -> CompletableFuture.completedFuture(made.make()));
    }

    /** The same, for an answer that may come later. */
    static Page readable(Content content) {
        return new Page(READ, anyone -> true, content);
    }

    /**
     * What is said.
     *
     * @param status the HTTP status
     * @param type its media type; empty for none
     * @param body released by whoever sends it
     */
    record Answer(int status, String type, ByteBuf body) {

        Answer(int status, String type, String body) {
            this(status, type, Unpooled.wrappedBuffer(body.getBytes(StandardCharsets.UTF_8)));
        }

        static Answer text(int status, String body) {
            return new Answer(status, "text/plain; charset=utf-8", body + "\n");
        }
    }
}
