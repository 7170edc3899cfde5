// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.resource.Kind;
import io.serin.local.store.Key;
import io.serin.local.store.Store;
import java.util.ArrayList;
import java.util.List;

/** The webhooks that are configured, in the order in which they are called. */
public final class Webhooks {

    private final Store store;

    public Webhooks(Store store) {
        this.store = store;
    }

    List<Webhook> mutating(Attributes attributes) {
        return matching(Resources.MUTATING_WEBHOOKS, attributes);
    }

    List<Webhook> validating(Attributes attributes) {
        return matching(Resources.VALIDATING_WEBHOOKS, attributes);
    }

    private List<Webhook> matching(Resource configurations, Attributes attributes) {
        Kind kind = attributes.kind();
        if (kind.is(Resources.MUTATING_WEBHOOKS) || kind.is(Resources.VALIDATING_WEBHOOKS)) {
            // A broken webhook could not be repaired otherwise.
            return List.of();
        }
        List<Webhook> matching = new ArrayList<>();
        // The store lists by name, which is the order that Kubernetes calls them in.
        for (ObjectNode configuration : store.list(Kind.collection(configurations), "").objects()) {
            String name = configuration.path("metadata").path("name").asText();
            JsonNode entries = configuration.path("webhooks");
            for (int i = 0; i < entries.size(); i++) {
                Webhook webhook = Webhook.of(name, i, (ObjectNode) entries.get(i));
                if (webhook.matches(attributes, this::namespaceLabels)) {
                    matching.add(webhook);
                }
            }
        }
        return matching;
    }

    private JsonNode namespaceLabels(String namespace) {
        return store.get(new Key(Kind.collection(Resources.NAMESPACES), "", namespace))
                .<JsonNode>map(found -> found.path("metadata").path("labels"))
                .orElse(MissingNode.getInstance());
    }
}
