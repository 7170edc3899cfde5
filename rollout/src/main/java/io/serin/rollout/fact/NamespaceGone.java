// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.fact;

/** A namespace that was to be changed is not there any more, or goes. The message says which. */
public final class NamespaceGone extends RuntimeException {

    public NamespaceGone(String namespace) {
        super("namespace " + namespace + " is gone");
    }
}
