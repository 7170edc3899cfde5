// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

/** How the process ends, as in BSD's sysexits. */
enum Exit {
    /** Did what it was asked to. */
    OK(0),
    /** The command line can't be read (EX_USAGE). */
    USAGE(64),
    /** The proxy of this pod did not get ready in time (EX_UNAVAILABLE). */
    NOT_READY(69),
    /** A bug, or a program that is not whole (EX_SOFTWARE). */
    BUG(70),
    /** The kernel refused: a port that is taken, rules that can't be set (EX_OSERR). */
    KERNEL(71),
    /** The environment can't be read (EX_CONFIG). */
    SETTINGS(78),
    /** The pod's traffic does not go through the proxy; Istio's. */
    NOT_CAPTURED(126);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
