// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

/**
 * The proxy can't start with what it is told. The message names the variable, its value and what is
 * expected; the process ends with {@code EX_CONFIG}, 78.
 */
public final class SettingsFault extends Exception {

    SettingsFault(String message) {
        super(message);
    }

    static SettingsFault of(Variable variable, String value, String expected) {
        return new SettingsFault(variable + ": '" + value + "' (expected: " + expected + ")");
    }
}
