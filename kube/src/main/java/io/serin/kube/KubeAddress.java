// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import java.util.Optional;

/**
 * Which cluster is asked, and as whom; for people.
 *
 * @param url where its API server is, as {@code https://10.0.0.1:6443}
 * @param context the kubeconfig's that leads there; empty without a kubeconfig
 * @param user the kubeconfig's that the context names; empty where it names none
 */
public record KubeAddress(String url, Optional<String> context, Optional<String> user) {

    /** As {@code https://10.0.0.1:6443 (context prod)}; without a kubeconfig the address alone. */
    @Override
    public String toString() {
        return url + context.map(name -> " (context " + name + ")").orElse("");
    }
}
