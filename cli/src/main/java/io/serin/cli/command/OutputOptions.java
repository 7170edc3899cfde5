// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.render.Format;
import picocli.CommandLine.Option;

/** In which form a command answers. */
final class OutputOptions {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, json or yaml")
    private Format format = Format.table;

    Format format() {
        return format;
    }
}
