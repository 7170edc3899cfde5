// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.Installation;
import io.serin.kube.read.ClusterReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is on somebody's cluster already under the names that the story uses: it would be changed,
 * and be gone at the end. Blocks.
 */
record Occupants(ClusterReader reader, Installation installation) {

    /**
     * Lets the story go on where there is nothing, or what an earlier one made.
     *
     * @throws CliFault that names what is there
     */
    void refuse() {
        List<String> found = new ArrayList<>();
        boolean playedBefore = false;
        for (String name : List.of(Shop.NAMESPACE, Visitors.NAMESPACE)) {
            Optional<Map<String, String>> labels = reader.namespaceLabels(name);
            boolean isOurs = labels.map(it -> "true".equals(it.get(Labels.DEMO))).orElse(false);
            playedBefore |= isOurs;
            if (labels.isPresent() && !isOurs) {
                found.add("namespace " + name);
            }
        }
        if (!playedBefore) {
            // Beside a namespace of an earlier story they are that one's.
            for (Revision revision : List.of(Scenes.OLD, Scenes.NEW)) {
                if (installation.isThere(revision)) {
                    found.add("revision " + revision);
                }
            }
        }
        if (!found.isEmpty()) {
            throw CliFault.failed(
                    "on this cluster already, and not the demo's: "
                            + String.join(", ", found)
                            + " (expected: none of it, for the demo makes it and deletes it at its"
                            + " end; or namespaces of an earlier demo, labelled "
                            + Labels.DEMO
                            + "=true); nothing was changed",
                    "play on a cluster of its own: serin demo; or, where nobody needs them, delete"
                            + " them first: kubectl delete namespace NAME, serin uninstall"
                            + " --revision NAME");
        }
    }
}
