// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import java.util.List;
import java.util.Optional;

/**
 * Checks of one part of the mesh.
 *
 * @param base the check without which there is nothing here to look at
 */
record Group(String title, Optional<String> base, List<Check> checks) {

    Group {
        checks = List.copyOf(checks);
    }
}
