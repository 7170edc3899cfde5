// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.main;

import java.io.PrintWriter;
import picocli.CommandLine;

/** The program behind {@code serin bench}; the script bench/run gives it its namespace. */
public final class BenchMain {

    static final int FAILED = 1;
    static final int REGRESSION = 2;
    static final int USAGE = 64;
    static final int UNAVAILABLE = 69;

    private BenchMain() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Reads what was typed and does it; the exit code. */
    static int run(String... args) {
        CommandLine line = new CommandLine(new BenchCommand());
        line.setExecutionExceptionHandler((fault, failed, parsed) -> {
            PrintWriter err = failed.getErr();
            err.println("serin bench: " + fault.getMessage());
            return switch (fault) {
                case IllegalArgumentException wrong -> USAGE;
                case Unavailable missing -> UNAVAILABLE;
                default -> FAILED;
            };
        });
        line.setParameterExceptionHandler((fault, typed) -> {
            PrintWriter err = fault.getCommandLine().getErr();
            err.println("serin bench: " + fault.getMessage());
            err.println("see: serin bench --help");
            return USAGE;
        });
        return line.execute(args);
    }
}
