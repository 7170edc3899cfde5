// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.admission.Attributes.Operation;
import io.serin.local.api.Resources;

/**
 * What Kubernetes' Priority and DefaultTolerationSeconds admission add to each pod where no
 * priority classes are.
 */
public final class PodPriorityStep implements AdmissionStep {

    private static final String[] TAINTS = {
        "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
    };

    @Override
    public void admit(Attributes attributes) {
        if (!attributes.kind().is(Resources.PODS)
                || !attributes.subresource().isEmpty()
                || attributes.operation() != Operation.CREATE) {
            return;
        }
        ObjectNode spec = attributes.object().orElseThrow().withObjectProperty("spec");
        if (!spec.has("priority")) {
            spec.put("priority", 0);
        }
        if (!spec.has("preemptionPolicy")) {
            spec.put("preemptionPolicy", "PreemptLowerPriority");
        }
        for (String taint : TAINTS) {
            if (!tolerates(spec, taint)) {
                spec.withArrayProperty("tolerations")
                        .addObject()
                        .put("key", taint)
                        .put("operator", "Exists")
                        .put("effect", "NoExecute")
                        .put("tolerationSeconds", 300);
            }
        }
    }

    private static boolean tolerates(ObjectNode spec, String taint) {
        for (JsonNode toleration : spec.path("tolerations")) {
            String key = toleration.path("key").asText("");
            String effect = toleration.path("effect").asText("");
            if ((key.equals(taint) || key.isEmpty())
                    && (effect.equals("NoExecute") || effect.isEmpty())) {
                return true;
            }
        }
        return false;
    }
}
