// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;

/** Logs what goes wrong again and again: once, until it is fine or something else. Any thread. */
final class Complaints {

    private final Logger log;
    private final String what;
    private final Map<String, String> last = new ConcurrentHashMap<>();

    /**
     * Nothing is wrong yet.
     *
     * @param what begins each line, and is followed by the subject
     */
    Complaints(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    void about(String subject, String cause) {
        if (!cause.equals(last.put(subject, cause))) {
            log.warning(() -> what + subject + " cause=\"" + cause + "\"");
        }
    }

    void fine(String subject) {
        last.remove(subject);
    }

    /** What a future failed with, in words. */
    static String cause(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException wrapped && wrapped.getCause() != null
                        ? wrapped.getCause()
                        : failure;
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
