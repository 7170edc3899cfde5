// SPDX-License-Identifier: Apache-2.0
package io.serin.control.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.FailurePolicy;
import java.util.Map;
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
     * @param route what the route would be called
     * @param labels by which the webhook in question is asked about it, and no other
     */
    public ValidationProof(FailurePolicy policy, ObjectName route, Map<String, String> labels) {
        this.policy = policy;
        this.refused = refused(route, labels);
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

    private static JsonNode refused(ObjectName name, Map<String, String> labels) {
        ObjectNode route = JsonNodeFactory.instance.objectNode();
        route.put("apiVersion", "gateway.networking.k8s.io/v1").put("kind", "HTTPRoute");
        ObjectNode metadata = route.putObject("metadata");
        metadata.put("name", name.name()).put("namespace", name.namespace());
        labels.forEach(metadata.putObject("labels")::put);
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
