// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resource;
import io.serin.local.resource.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What objects of one kind own of another; what they select and nobody owns becomes theirs. */
final class Owned {

    private final ClusterApi api;
    private final Resource owners;
    private final Resource kind;
    private final Predicate<ObjectNode> adoptable;

    Owned(ClusterApi api, Resource owners, Resource kind, Predicate<ObjectNode> adoptable) {
        this.api = api;
        this.owners = owners;
        this.kind = kind;
        this.adoptable = adoptable;
    }

    List<ObjectNode> by(ObjectNode owner) {
        LabelSelector selector = LabelSelector.of(owner.path("spec").path("selector"));
        List<ObjectNode> own = new ArrayList<>();
        for (ObjectNode object : api.list(kind, Meta.namespace(owner), _ -> true)) {
            if (Meta.isControlledBy(object, owner)) {
                own.add(object);
            } else if (Meta.controller(object).isEmpty()
                    && adoptable.test(object)
                    && !Meta.isTerminating(owner)
                    && selector.matches(object.path("metadata").path("labels"))) {
                own.add(adopt(owner, object));
            }
        }
        return own;
    }

    private ObjectNode adopt(ObjectNode owner, ObjectNode object) {
        return api.edit(
                kind,
                Meta.namespace(object),
                Meta.name(object),
                found -> {
                    if (Meta.controller(found).isEmpty()) {
                        Meta.setController(found, owners, owner);
                    }
                    return found;
                });
    }
}
