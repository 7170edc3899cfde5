// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** The token subresource of ServiceAccounts, for the node. */
@FunctionalInterface
public interface ServiceAccountTokens {

    /**
     * A token of the pod's service account, bound to the pod.
     *
     * @param audience empty: the API server's own
     * @throws io.serin.local.api.ApiFault when there is no such account
     */
    String token(JsonNode pod, String audience, Duration lifetime);
}
