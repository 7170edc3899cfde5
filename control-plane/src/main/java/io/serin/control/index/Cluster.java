// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.KubeObject;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.KubeRoute;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeSlice;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.type.ObjectName;
import java.util.Map;
import java.util.TreeMap;

/** The objects as they are, before they are joined. One writer. */
final class Cluster {

    final Map<ObjectName, KubeNamespace> namespaces = new TreeMap<>();
    final Map<ObjectName, KubeService> services = new TreeMap<>();
    final Map<ObjectName, KubeSlice> slices = new TreeMap<>();
    final Map<ObjectName, KubePod> pods = new TreeMap<>();

    /** The injection webhooks of revisions and tags. */
    final Map<ObjectName, KubeWebhook> injectors = new TreeMap<>();

    final Map<ObjectName, KubeRoute> routes = new TreeMap<>();

    /** The last generation of each route that could be served as a whole. */
    final Map<ObjectName, KubeRoute> goodRoutes = new TreeMap<>();

    void put(KubeObject object) {
        switch (object) {
            case KubeNamespace namespace -> namespaces.put(namespace.name(), namespace);
            case KubeService service -> services.put(service.name(), service);
            case KubeSlice slice -> slices.put(slice.name(), slice);
            case KubePod pod -> pods.put(pod.name(), pod);
            case KubeWebhook injector -> injectors.put(injector.name(), injector);
            case KubeRoute route -> {
                routes.put(route.name(), route);
                if (route.problems().isEmpty()) {
                    goodRoutes.put(route.name(), route);
                }
            }
            default -> throw new IllegalArgumentException("not indexed: " + object);
        }
    }

    void remove(Class<?> kind, ObjectName name) {
        if (kind == KubeNamespace.class) {
            namespaces.remove(name);
        } else if (kind == KubeService.class) {
            services.remove(name);
        } else if (kind == KubeSlice.class) {
            slices.remove(name);
        } else if (kind == KubePod.class) {
            pods.remove(name);
        } else if (kind == KubeWebhook.class) {
            injectors.remove(name);
        } else if (kind == KubeRoute.class) {
            routes.remove(name);
            goodRoutes.remove(name);
        } else {
            throw new IllegalArgumentException("not indexed: " + kind);
        }
    }
}
