// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

/**
 * What came back for one request.
 *
 * @param status the HTTP status
 * @param versions the header x-version: who answered along the path, or empty
 * @param body the text
 * @param isReusable whether the connection takes another request
 */
record Answer(int status, String versions, String body, boolean isReusable) {

    private static final int EXCERPT = 200;

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The version of the last server on the path: {@code v2} of {@code web-v1,reviews-v2}. */
    String lastVersion() {
        return versions.substring(versions.lastIndexOf('-') + 1);
    }

    String excerpt() {
        return "status " + status + ": " + body.strip().substring(0, excerptLength());
    }

    private int excerptLength() {
        return Math.min(EXCERPT, body.strip().length());
    }
}
