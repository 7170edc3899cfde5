// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.mount;

import java.nio.file.Path;

/**
 * A file or folder of the node as a container sees it.
 *
 * @param target absolute, as in {@code volumeMounts.mountPath}
 */
public record Bind(Path source, String target, boolean readOnly) {

    public Bind {
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("mountPath: " + target + " (expected: absolute)");
        }
    }
}
