// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import java.io.IOException;

/** A container's process could not be started; the message says what refused. */
public final class StartFailure extends IOException {

    public StartFailure(String message) {
        super(message);
    }
}
