// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.rehome;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.ObjectName;

/** Whose identities a revision vouches for, by its mesh ConfigMap. */
final class TrustDomain {

    private static final String DEFAULT = "cluster.local";

    private TrustDomain() {}

    static String of(ClusterReader reader, Revision revision) {
        return reader.object(
                        "v1",
                        "ConfigMap",
                        new ObjectName(Objects.SYSTEM_NAMESPACE, Objects.meshConfig(revision)))
                .map(config -> of(config.at("/data/mesh").asText("")))
                .orElse(DEFAULT);
    }

    private static String of(String mesh) {
        for (JsonNode document : TreeTemplate.parseYaml(mesh)) {
            return document.path("trustDomain").asText(DEFAULT);
        }
        return DEFAULT;
    }
}
