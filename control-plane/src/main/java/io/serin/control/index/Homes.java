// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.kube.type.KubeNamespace;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which namespaces want their proxies at another revision than the one that injected them. */
final class Homes {

    private static final Logger LOG = LoggerFactory.getLogger(Homes.class);

    private Homes() {}

    /** A value that is no revision's name moves nobody. */
    static Map<String, Revision> of(Cluster cluster) {
        Map<String, Revision> homes = new TreeMap<>();
        for (KubeNamespace namespace : cluster.namespaces.values()) {
            if (!namespace.liveRevision().isEmpty()) {
                try {
                    homes.put(namespace.namespace(), new Revision(namespace.liveRevision()));
                } catch (IllegalArgumentException noName) {
                    LOG.warn(
                            "namespace={} annotation={}: {}; its proxies stay where they were"
                                    + " injected",
                            namespace.namespace(),
                            Labels.LIVE_REVISION,
                            noName.getMessage());
                }
            }
        }
        return homes;
    }
}
