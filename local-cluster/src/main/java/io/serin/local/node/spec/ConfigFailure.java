// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

/**
 * A container cannot be started as its spec says, e.g. since a ConfigMap is missing: what a status
 * calls {@code CreateContainerConfigError}. It may work later.
 */
public final class ConfigFailure extends RuntimeException {

    public ConfigFailure(String message) {
        super(message, null, false, false);
    }
}
