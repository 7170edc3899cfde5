// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.main;

import io.serin.cli.command.SerinCommand;
import java.io.IOException;
import java.util.Arrays;

/** The program {@code serin}. */
public final class SerinMain {

    private SerinMain() {}

    public static void main(String[] arguments) throws IOException {
        // The script's own, once for each build.
        if (Arrays.equals(arguments, new String[] {"rehearse"})) {
            Rehearsal.run();
            return;
        }
        int code = SerinCommand.run(arguments);
        // Where no other thread holds the program, returning ends it; an exit would open all jars
        // first, in search of somebody who logs exits.
        if (code != 0 || Thread.activeCount() > 1) {
            System.exit(code);
        }
    }
}
