// SPDX-License-Identifier: Apache-2.0
package io.serin.api.contract;

import java.util.Map;
import java.util.Optional;

/**
 * Which revision or tag labels ask for: what the webhooks' selectors amount to, also where nothing
 * of that name is installed. Pure.
 */
public final class DesiredRevision {

    public static final String DEFAULT = "default";

    private DesiredRevision() {}

    /** Of a pod with these labels, in a namespace with those; empty for none. */
    public static Optional<String> of(Map<String, String> namespace, Map<String, String> pod) {
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
    public static Optional<String> of(Map<String, String> namespace) {
        return namespace.containsKey(Labels.INJECTION)
                ? Optional.of(DEFAULT)
                        .filter(_ -> "enabled".equals(namespace.get(Labels.INJECTION)))
                : Optional.ofNullable(namespace.get(Labels.REVISION));
    }
}
