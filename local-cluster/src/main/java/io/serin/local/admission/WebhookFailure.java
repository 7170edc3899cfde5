// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import io.serin.local.api.ApiFault;

/** A webhook that gave no answer of use; its failure policy says what that means. */
public final class WebhookFailure extends Exception {

    WebhookFailure(String message) {
        super(message, null, false, false);
    }

    ApiFault fault(Webhook webhook) {
        return ApiFault.of(
                500,
                "InternalError",
                "Internal error occurred: failed calling webhook \""
                        + webhook.name()
                        + "\": "
                        + getMessage());
    }
}
