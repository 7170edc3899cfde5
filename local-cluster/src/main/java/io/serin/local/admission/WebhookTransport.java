// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Carries a review to a webhook. */
public interface WebhookTransport {

    /**
     * Posts a review and waits for the answer.
     *
     * @param clientConfig a {@code WebhookClientConfig}
     * @throws WebhookFailure when no answer of use comes within the time
     */
    JsonNode call(JsonNode clientConfig, int timeoutSeconds, ObjectNode review)
            throws WebhookFailure;
}
