// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import io.serin.local.api.ClusterApi;
import io.serin.local.node.image.Images;
import io.serin.local.node.mount.NodeFiles;
import io.serin.local.node.network.NodeNetwork;
import io.serin.local.node.spec.NodeFacts;
import io.serin.local.node.volume.ServiceAccountTokens;
import java.time.InstantSource;

/** What all pods of a node share. */
record NodeParts(
        ClusterApi api,
        Images images,
        ServiceAccountTokens tokens,
        NodeFacts facts,
        NodeFiles files,
        NodeNetwork network,
        PodEvents events,
        RestartDelay.Rule restarts,
        InstantSource clock) {}
