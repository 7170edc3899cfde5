// SPDX-License-Identifier: Apache-2.0
package io.serin.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The objects of a collection as of a version, in the order of namespace and name. */
public record Snapshot(long version, List<ObjectNode> objects) {}
