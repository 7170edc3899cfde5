// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long to wait, as it is typed. */
final class Seconds implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String typed) {
        if (!typed.matches("[0-9]{1,6}")) {
            throw new TypeConversionException(
                    "'" + typed + "' (expected: whole seconds, 0 to 999999)");
        }
        return Duration.ofSeconds(Integer.parseInt(typed));
    }
}
