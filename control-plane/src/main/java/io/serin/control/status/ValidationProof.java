// SPDX-License-Identifier: Apache-2.0
package io.serin.control.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.kube.write.FailurePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the validating webhook refuse what can't be checked, but only after it was seen to answer:
 * the API server was asked for a route that is refused always, and refused it in our words. Before
 * that, who can't reach us must not be kept from storing routes. Any replica may; blocks.
 */
public final class ValidationProof {

    private static final Logger LOG = LoggerFactory.getLogger(ValidationProof.class);

    private final FailurePolicy policy;
    private final JsonNode refused;

    /**
     * Does nothing yet.
     *
     * @param namespace where the route would be
     */
    public ValidationProof(FailurePolicy policy, Revision revision, String namespace) {
        this.policy = policy;
        this.refused = refused(revision, namespace);
    }

    /** Looks whether there is something to prove, and proves it; what fails is done next time. */
    public void look() {
        try {
            if (policy.isOpen() && policy.refuses(refused)) {
                policy.close();
                LOG.info("validation proven=true failurePolicy=Fail");
            }
        } catch (RuntimeException failed) {
            LOG.warn("validation not proven reason=\"{}\"", failed.getMessage());
        }
    }

    private static JsonNode refused(Revision revision, String namespace) {
        ObjectNode route = JsonNodeFactory.instance.objectNode();
        route.put("apiVersion", "gateway.networking.k8s.io/v1").put("kind", "HTTPRoute");
        ObjectNode metadata = route.putObject("metadata");
        metadata.put("name", "serin-trial-" + revision).put("namespace", namespace);
        metadata.putObject("labels").put(Labels.REVISION, revision.value());
        metadata.putObject("annotations").put(Labels.ALWAYS_REFUSED, "true");
        route.putObject("spec")
                .putArray("parentRefs")
                .addObject()
                .put("group", "")
                .put("kind", "Service")
                .put("name", "trial");
        return route;
    }
}
