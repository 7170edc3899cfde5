// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Kind;
import io.serin.local.store.Key;
import io.serin.local.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The webhooks that are configured, in the order in which they are called. */
public final class Webhooks {

    private final Store store;
    private final Catalog catalog;

    public Webhooks(Store store, Catalog catalog) {
        this.store = store;
        this.catalog = catalog;
    }

    List<Webhook> mutating(Kind kind) {
        return all(Resources.MUTATING_WEBHOOKS, kind);
    }

    List<Webhook> validating(Kind kind) {
        return all(Resources.VALIDATING_WEBHOOKS, kind);
    }

    /**
     * As which resource a webhook is to be asked about an object: as that of the request, or as
     * another version of it; empty when it is not to be asked.
     */
    Optional<Resource> asked(Webhook webhook, Attributes attributes) {
        List<Resource> versions =
                catalog.kinds().stream().map(Kind::resource).filter(attributes.kind()::is).toList();
        return webhook.asked(attributes, versions, this::namespaceLabels);
    }

    private List<Webhook> all(Resource configurations, Kind kind) {
        if (kind.is(Resources.MUTATING_WEBHOOKS) || kind.is(Resources.VALIDATING_WEBHOOKS)) {
            // A broken webhook could not be repaired otherwise.
            return List.of();
        }
        List<Webhook> all = new ArrayList<>();
        // The store lists by name, which is the order that Kubernetes calls them in.
        for (ObjectNode configuration : store.list(Kind.collection(configurations), "").objects()) {
            String name = configuration.path("metadata").path("name").asText();
            JsonNode entries = configuration.path("webhooks");
            for (int i = 0; i < entries.size(); i++) {
                all.add(Webhook.of(name, i, (ObjectNode) entries.get(i)));
            }
        }
        return all;
    }

    private JsonNode namespaceLabels(String namespace) {
        return store.get(new Key(Kind.collection(Resources.NAMESPACES), "", namespace))
                .<JsonNode>map(found -> found.path("metadata").path("labels"))
                .orElse(MissingNode.getInstance());
    }
}
