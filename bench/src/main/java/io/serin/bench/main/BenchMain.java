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
        CommandLine line = new CommandLine(new BenchCommand());
        line.setExecutionExceptionHandler((fault, failed, parsed) -> {
            PrintWriter err = failed.getErr();
            err.println("serin bench: " + fault.getMessage());
            return fault instanceof IllegalArgumentException ? USAGE : FAILED;
        });
        line.setParameterExceptionHandler((fault, typed) -> {
            PrintWriter err = fault.getCommandLine().getErr();
            err.println("serin bench: " + fault.getMessage());
            err.println("see: serin bench --help");
            return USAGE;
        });
        System.exit(line.execute(args));
    }
}
