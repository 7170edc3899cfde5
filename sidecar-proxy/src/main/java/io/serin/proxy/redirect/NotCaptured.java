// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import java.io.IOException;

/** No rule sends the pod's traffic to the proxy: it must not start like this. */
public final class NotCaptured extends IOException {

    private static final long serialVersionUID = 1;

    NotCaptured(String message) {
        super(message);
    }
}
