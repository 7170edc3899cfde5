// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.api.Slices;

/** The two Services that the node itself serves: the API and the names. */
final class SystemServices {

    static final String API_ADDRESS = "10.96.0.1";
    static final String DNS_ADDRESS = "10.96.0.10";
    static final int API_PORT = 6443;
    static final int DNS_PORT = 53;

    private record Port(String name, String protocol, int port, int target) {}

    private final ClusterApi api;
    private final String node;

    /**
     * @param node the node's address, where both listen
     */
    SystemServices(ClusterApi api, String node) {
        this.api = api;
        this.node = node;
    }

    void create() {
        create("default", "kubernetes", API_ADDRESS, new Port("https", "TCP", 443, API_PORT));
        create(
                "kube-system",
                "kube-dns",
                DNS_ADDRESS,
                new Port("dns", "UDP", DNS_PORT, DNS_PORT),
                new Port("dns-tcp", "TCP", DNS_PORT, DNS_PORT));
    }

    private void create(String namespace, String name, String address, Port... ports) {
        ObjectNode service = object(Resources.SERVICES, namespace, name);
        ObjectNode spec = service.putObject("spec");
        spec.put("clusterIP", address);
        spec.putArray("clusterIPs").add(address);
        ArrayNode servicePorts = spec.putArray("ports");
        ObjectNode slice = object(Resources.ENDPOINT_SLICES, namespace, name);
        slice.withObject("/metadata/labels").put(Slices.SERVICE_NAME, name);
        slice.put("addressType", "IPv4");
        ObjectNode endpoint = slice.putArray("endpoints").addObject();
        endpoint.putArray("addresses").add(node);
        endpoint.putObject("conditions").put("ready", true);
        ArrayNode slicePorts = slice.putArray("ports");
        for (Port port : ports) {
            servicePorts
                    .addObject()
                    .put("name", port.name())
                    .put("protocol", port.protocol())
                    .put("port", port.port())
                    .put("targetPort", port.target());
            slicePorts
                    .addObject()
                    .put("name", port.name())
                    .put("protocol", port.protocol())
                    .put("port", port.target());
        }
        var _ = api.create(Resources.SERVICES, service);
        var _ = api.create(Resources.ENDPOINT_SLICES, slice);
    }

    private static ObjectNode object(Resource resource, String namespace, String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", resource.apiVersion());
        object.put("kind", resource.kind());
        object.putObject("metadata").put("namespace", namespace).put("name", name);
        return object;
    }
}
