// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.main;

import io.serin.cli.command.SerinCommand;

/** The program {@code serin}. */
public final class SerinMain {

    private SerinMain() {}

    public static void main(String[] arguments) {
        System.exit(SerinCommand.run(arguments));
    }
}
