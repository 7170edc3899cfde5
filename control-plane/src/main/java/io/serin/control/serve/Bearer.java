// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.serin.api.name.ProxyId;
import java.util.Optional;

/** Whose a token is. */
public sealed interface Bearer {

    /**
     * A service account's.
     *
     * @param account its name, in the namespace
     * @param pod the one that it is bound to, if any
     */
    record Known(String namespace, String account, Optional<String> pod) implements Bearer {

        /** Whether it may have this proxy's configuration. */
        boolean is(ProxyId proxy) {
            return namespace.equals(proxy.namespace()) && pod.map(proxy.pod()::equals).orElse(true);
        }

        @Override
        public String toString() {
            return pod.map(name -> "pod " + namespace + "/" + name)
                    .orElse("service account " + namespace + "/" + account);
        }
    }

    /** Nobody's. */
    record Unknown(String reason) implements Bearer {}
}
