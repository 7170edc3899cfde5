// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.Optional;

/** What the API server says of a token. */
public sealed interface KubeBearer {

    /**
     * It is a service account's, and for whom it was shown to.
     *
     * @param pod whose it is, where it is bound to one
     */
    record Known(String namespace, String account, Optional<String> pod) implements KubeBearer {}

    /** It proves nothing. */
    record Unknown(String reason) implements KubeBearer {}
}
