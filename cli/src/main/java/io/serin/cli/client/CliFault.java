// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

/** A command that could not do what was asked. The message says what, on which object and why. */
public final class CliFault extends RuntimeException {

    private final int exitCode;
    private final String next;

    public CliFault(int exitCode, String message, String next) {
        super(message);
        this.exitCode = exitCode;
        this.next = next;
    }

    /** Failed, with what to do next. */
    public static CliFault failed(String message, String next) {
        return new CliFault(ExitCode.FAILED, message, next);
    }

    /** Refused for what was typed. */
    public static CliFault usage(String message, String next) {
        return new CliFault(ExitCode.USAGE, message, next);
    }

    public int exitCode() {
        return exitCode;
    }

    /** What to do next; may be empty. */
    public String next() {
        return next;
    }
}
