// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.contract.Labels;
import java.util.Map;
import java.util.Optional;

/**
 * Which revision labels ask for: what the selectors of {@link Webhooks} amount to, also where the
 * revision is not installed. Pure.
 */
final class DesiredRevision {

    static final String DEFAULT = "default";

    private DesiredRevision() {}

    /** Of a pod with these labels, in a namespace with those; empty for none. */
    static Optional<String> of(Map<String, String> namespace, Map<String, String> pod) {
        String inject = pod.getOrDefault(Labels.INJECT, "");
        if (inject.equals("false")) {
            return Optional.empty();
        }
        if (namespace.containsKey(Labels.INJECTION) || namespace.containsKey(Labels.REVISION)) {
            return of(namespace);
        }
        if (pod.containsKey(Labels.REVISION)) {
            return Optional.ofNullable(pod.get(Labels.REVISION));
        }
        return inject.equals("true") ? Optional.of(DEFAULT) : Optional.empty();
    }

    /** Of a namespace as a whole. {@code istio-injection} is heard before {@code istio.io/rev}. */
    static Optional<String> of(Map<String, String> namespace) {
        return namespace.containsKey(Labels.INJECTION)
                ? Optional.of(DEFAULT)
                        .filter(_ -> "enabled".equals(namespace.get(Labels.INJECTION)))
                : Optional.ofNullable(namespace.get(Labels.REVISION));
    }
}
