// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind that is served, in one of its versions.
 *
 * @param singular as in {@code kubectl get pod}
 * @param subresources e.g. {@code status}, {@code scale}
 * @param generation whether changes of its spec are counted
 * @param shape its fields
 * @param custom of a custom resource definition: the version's entry; empty for built-in kinds
 */
public record Kind(
        Resource resource,
        String singular,
        List<String> shortNames,
        List<String> categories,
        Set<String> subresources,
        boolean generation,
        Shape shape,
        Optional<ObjectNode> custom) {

    public Kind {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        subresources = Set.copyOf(subresources);
    }

    /** Where its objects are kept: one place for all versions. */
    public String collection() {
        return collection(resource);
    }

    public static String collection(Resource resource) {
        return resource.group() + "/" + resource.plural();
    }

    public boolean hasStatus() {
        return subresources.contains("status");
    }

    public boolean isCustom() {
        return custom.isPresent();
    }

    /** As in messages about invalid objects: {@code Deployment.apps}. */
    public String qualifiedKind() {
        return resource.group().isEmpty()
                ? resource.kind()
                : resource.kind() + "." + resource.group();
    }

    /** Whether it is that built-in resource. */
    public boolean is(Resource other) {
        return resource.group().equals(other.group()) && resource.plural().equals(other.plural());
    }
}
