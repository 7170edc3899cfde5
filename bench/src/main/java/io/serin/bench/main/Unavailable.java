// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.main;

import java.io.IOException;

/** Something is missing that no run can do without. */
final class Unavailable extends IOException {

    private static final long serialVersionUID = 1;

    Unavailable(String message) {
        super(message);
    }
}
