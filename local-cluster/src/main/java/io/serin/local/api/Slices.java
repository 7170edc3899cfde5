// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** EndpointSlices and the Services that they are of. */
public final class Slices {

    /** The label that names a slice's Service, in its own namespace. */
    public static final String SERVICE_NAME = "kubernetes.io/service-name";

    private Slices() {}

    /** The Service that a slice is of, {@code <namespace>/<name>}. */
    public static String service(ObjectNode slice) {
        return Meta.namespace(slice) + "/" + Meta.label(slice, SERVICE_NAME);
    }

    /** Those of each Service, by {@link #service}. */
    public static Map<String, List<ObjectNode>> byService(Collection<ObjectNode> slices) {
        return slices.stream().collect(groupingBy(Slices::service));
    }
}
