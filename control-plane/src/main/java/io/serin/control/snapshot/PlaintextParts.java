// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import io.serin.api.discovery.ServerResources;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.WorkloadEntry.ServedPort;
import io.serin.control.translate.Translation;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What is told otherwise to proxies that have no identity, such as an Envoy without an agent. Made
 * when the first of them asks: most meshes have none. Any thread.
 */
final class PlaintextParts {

    private final MeshIndex index;
    private final ConcurrentMap<List<ServedPort>, EncodedPart> workloads =
            new ConcurrentHashMap<>();

    /** Made twice, where two ask at once, it is the same. */
    private volatile @Nullable ServerResources clusters;

    PlaintextParts(MeshIndex index) {
        this.index = index;
    }

    ServerResources clusters() {
        ServerResources made = clusters;
        if (made == null) {
            made = EncodedPart.EMPTY.next(Translation.mesh(index, false)).encoded().clusters();
            clusters = made;
        }
        return made;
    }

    EncodedPart workload(List<ServedPort> served) {
        return workloads.computeIfAbsent(
                served, ports -> EncodedPart.EMPTY.next(Translation.workload(ports, false)));
    }
}
