// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import io.serin.local.node.image.Images;
import java.nio.file.Path;

/**
 * @param home the node's folder: what it keeps is there and nowhere else, and cleared at each start
 * @param images that containers can be made of
 * @param name in {@code spec.nodeName}
 * @param dnsAddress where pods ask for names
 */
public record NodeSettings(Path home, Images images, String name, String dnsAddress) {

    public NodeSettings {
        if (!home.isAbsolute()) {
            throw new IllegalArgumentException("home: " + home + " (expected: absolute)");
        }
    }
}
