// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

/** How commands end. sysexits.h, as istioctl. */
public final class ExitCode {

    public static final int OK = 0;
    public static final int FAILED = 1;

    /** What was looked at is not as it should be. */
    public static final int PROBLEMS = 2;

    public static final int USAGE = 64;
    public static final int BAD_DATA = 65;
    public static final int UNREACHABLE = 69;
    public static final int TIMED_OUT = 75;

    private ExitCode() {}
}
