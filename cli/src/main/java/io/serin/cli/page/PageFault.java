// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

/** The page can't be shown; the message says why, and what to do. */
public final class PageFault extends Exception {

    PageFault(String message) {
        super(message);
    }
}
