// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import io.serin.api.codec.ResourceEncoder;
import io.serin.api.discovery.ServerResources;
import io.serin.api.snapshot.NameTable;
import java.util.List;

/**
 * The table of names, encoded.
 *
 * @param source what was encoded, to compare the next with
 */
record EncodedNames(NameTable source, ServerResources encoded) {

    /** Before any was asked for. */
    static final EncodedNames NONE = new EncodedNames(NameTable.EMPTY, ServerResources.EMPTY);

    /** Encodes the next table, unless it is this one. */
    EncodedNames next(NameTable next) {
        return next.equals(source)
                ? this
                : new EncodedNames(
                        next,
                        ServerResources.of(
                                List.of(
                                        EncodedPart.resource(
                                                NameTable.NAME, ResourceEncoder.names(next)))));
    }
}
