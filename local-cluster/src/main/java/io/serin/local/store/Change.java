// SPDX-License-Identifier: Apache-2.0
package io.serin.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.WatchEvent;
import java.util.Optional;

/**
 * What became of an object at a version.
 *
 * @param previous what it was before; empty when it is new
 * @param object what it is now, or was last, with this version in its metadata
 */
public record Change(
        long version,
        Key key,
        WatchEvent.Type type,
        Optional<ObjectNode> previous,
        ObjectNode object) {}
