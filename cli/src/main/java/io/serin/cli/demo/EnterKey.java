// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import java.io.IOException;
import java.io.InputStream;

/** Somebody at the terminal who says when to go on. */
public record EnterKey(InputStream in) {

    /** Until Enter is pressed; at once when nobody can any more. */
    void await() {
        try {
            for (int typed = in.read(); typed != '\n' && typed != -1; typed = in.read()) {
                // Whatever else is typed.
            }
        } catch (IOException closed) {
            // Nobody is there.
        }
    }
}
