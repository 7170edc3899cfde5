// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.serin.api.backend.Endpoint;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import io.serin.control.index.IndexChange;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServicePort;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whether proxies and the API server find another replica of this revision, or are to find none: as
 * a node is drained, the only replica is told to go before the next one is there. Any thread.
 */
final class Successor implements Consumer<IndexChange> {

    private final ServicePort ours;
    private volatile boolean come = true;

    Successor(String namespace, Revision revision) {
        ours =
                new ServicePort(
                        new ServiceName(namespace, Objects.controlPlane(revision)), Ports.XDS_TLS);
    }

    @Override
    public void accept(IndexChange change) {
        MeshIndex index = change.index();
        come =
                !index.services().containsKey(ours.service())
                        || index.endpoints().getOrDefault(ours, List.of()).stream()
                                .anyMatch(it -> it.health() == Endpoint.Health.HEALTHY);
    }

    /** Of a pod that is to go, the own endpoint is healthy no more: what is, is another's. */
    boolean hasCome() {
        return come;
    }
}
