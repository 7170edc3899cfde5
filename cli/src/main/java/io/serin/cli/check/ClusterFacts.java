// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.kube.read.ApiReader.Deed;
import io.serin.kube.read.Reading;
import io.serin.kube.type.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster at one moment, as far as it could be read.
 *
 * @param lists of each source
 * @param pages {@code /debug/syncz} of each running pod of a control plane
 * @param certificates by the Service of a webhook, the certificate that its pods show, as PEM
 * @param trials by revision, what is in the way of a pod that is made now and asks for its sidecar;
 *     empty when it would get it
 * @param authority who signs for control planes; empty for nobody
 * @param permissions what an installation does, and whether whoever asks may do it
 */
public record ClusterFacts(
        Map<Source, Reading<List<JsonNode>>> lists,
        Map<ObjectName, Reading<JsonNode>> pages,
        Map<ObjectName, Reading<String>> certificates,
        Map<String, Reading<String>> trials,
        Reading<Optional<Authority>> authority,
        Map<Deed, Reading<Boolean>> permissions,
        Instant now) {

    public ClusterFacts {
        lists = Map.copyOf(lists);
        pages = Map.copyOf(pages);
        certificates = Map.copyOf(certificates);
        trials = Map.copyOf(trials);
        permissions = Map.copyOf(permissions);
    }

    Reading<List<JsonNode>> list(Source source) {
        return lists.getOrDefault(source, new Reading.Unread<>("it was not asked for"));
    }
}
