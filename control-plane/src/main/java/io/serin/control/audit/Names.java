// SPDX-License-Identifier: Apache-2.0
package io.serin.control.audit;

import java.util.Map;
import java.util.Set;

/**
 * What labels may name.
 *
 * @param installed revisions, and tags whose revision is there
 * @param dangling all other tags, each with the revision that it points to
 */
record Names(Set<String> installed, Map<String, String> dangling) {

    Names {
        installed = Set.copyOf(installed);
        dangling = Map.copyOf(dangling);
    }
}
