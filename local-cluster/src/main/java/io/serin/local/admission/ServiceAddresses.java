// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resources;
import io.serin.local.api.Slices;
import io.serin.local.resource.Kind;
import io.serin.local.route.Backend;
import io.serin.local.store.Key;
import io.serin.local.store.Store;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.random.RandomGenerator;

/** Where a Service can be reached: one of its endpoints. */
public final class ServiceAddresses {

    private final Store store;
    private final RandomGenerator random;

    public ServiceAddresses(Store store, RandomGenerator random) {
        this.store = store;
        this.random = random;
    }

    /**
     * An endpoint of a port of a Service.
     *
     * @throws IOException in the words of one who has tried its address, when there is none
     */
    InetSocketAddress endpoint(String namespace, String name, int port) throws IOException {
        ObjectNode service =
                store.get(new Key(Kind.collection(Resources.SERVICES), namespace, name))
                        .orElseThrow(() -> new IOException("service \"" + name + "\" not found"));
        JsonNode servicePort = null;
        for (JsonNode each : service.path("spec").path("ports")) {
            if (each.path("port").asInt() == port) {
                servicePort = each;
            }
        }
        if (servicePort == null) {
            throw new IOException(
                    "no service port " + port + " found for service \"" + name + "\"");
        }
        List<ObjectNode> slices =
                store.list(Kind.collection(Resources.ENDPOINT_SLICES), namespace).objects().stream()
                        .filter(slice -> Slices.service(slice).equals(namespace + "/" + name))
                        .toList();
        List<Backend> backends = Backend.of(servicePort, slices);
        if (backends.isEmpty()) {
            throw new IOException(
                    "dial tcp "
                            + service.path("spec").path("clusterIP").asText()
                            + ":"
                            + port
                            + ": connect: connection refused");
        }
        Backend chosen = backends.get(random.nextInt(backends.size()));
        return new InetSocketAddress(chosen.address(), chosen.port());
    }
}
