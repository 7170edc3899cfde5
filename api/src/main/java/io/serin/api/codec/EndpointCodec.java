// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.xds.CoreXds;
import io.serin.api.xds.EndpointXds;
import io.serin.api.xds.Struct;
import io.serin.api.xds.Value;
import java.util.ArrayList;
import java.util.List;

/** {@code envoy.config.endpoint.v3.ClusterLoadAssignment}. */
final class EndpointCodec {

    /** Where Istio puts what runs at an endpoint: {@code name;namespace;app;version;cluster}. */
    private static final String METADATA = "istio";

    private static final String WORKLOAD = "workload";
    private static final String CLUSTER = "Kubernetes";

    private EndpointCodec() {}

    static EndpointXds.ClusterLoadAssignment encode(EndpointGroup group) {
        EndpointXds.LocalityLbEndpoints.Builder locality =
                EndpointXds.LocalityLbEndpoints.newBuilder();
        for (Endpoint endpoint : group.endpoints()) {
            locality.addLbEndpoints(encode(endpoint));
        }
        EndpointXds.ClusterLoadAssignment.Builder xds =
                EndpointXds.ClusterLoadAssignment.newBuilder().setClusterName(group.cluster());
        if (!group.endpoints().isEmpty()) {
            xds.addEndpoints(locality);
        }
        return xds.build();
    }

    private static EndpointXds.LbEndpoint encode(Endpoint endpoint) {
        EndpointXds.LbEndpoint.Builder xds =
                EndpointXds.LbEndpoint.newBuilder()
                        .setEndpoint(
                                EndpointXds.Endpoint.newBuilder()
                                        .setAddress(
                                                Addresses.encode(
                                                        endpoint.address().host(),
                                                        endpoint.address().port())))
                        .setHealthStatus(
                                switch (endpoint.health()) {
                                    case HEALTHY -> EndpointXds.HealthStatus.HEALTHY;
                                    case DRAINING -> EndpointXds.HealthStatus.DRAINING;
                                });
        CoreXds.Metadata metadata = metadata(endpoint);
        if (metadata.getFilterMetadataCount() > 0) {
            xds.setMetadata(metadata);
        }
        return xds.build();
    }

    private static CoreXds.Metadata metadata(Endpoint endpoint) {
        CoreXds.Metadata.Builder metadata = CoreXds.Metadata.newBuilder();
        if (!endpoint.workload().equals(Workload.NOT_KNOWN)) {
            Workload workload = endpoint.workload();
            String text =
                    String.join(
                            ";",
                            workload.name(),
                            workload.namespace(),
                            workload.app(),
                            workload.version(),
                            CLUSTER);
            metadata.putFilterMetadata(
                    METADATA,
                    Struct.newBuilder()
                            .putFields(WORKLOAD, Value.newBuilder().setStringValue(text).build())
                            .build());
        }
        if (endpoint.mtls()) {
            metadata.putFilterMetadata(MtlsCodec.METADATA, MtlsCodec.TAKES_MTLS);
        }
        return metadata.build();
    }

    static EndpointGroup decode(String where, EndpointXds.ClusterLoadAssignment xds)
            throws CodecFault {
        List<Endpoint> endpoints = new ArrayList<>();
        for (EndpointXds.LocalityLbEndpoints locality : xds.getEndpointsList()) {
            for (EndpointXds.LbEndpoint endpoint : locality.getLbEndpointsList()) {
                switch (endpoint.getHealthStatus()) {
                    case UNKNOWN, HEALTHY ->
                            endpoints.add(decode(endpoint, Endpoint.Health.HEALTHY));
                    case DRAINING -> endpoints.add(decode(endpoint, Endpoint.Health.DRAINING));
                    case UNHEALTHY -> {
                        // Known, and not to be called: as if it were not there.
                    }
                    case UNRECOGNIZED ->
                            throw new CodecFault(
                                    where
                                            + ", health_status: "
                                            + endpoint.getHealthStatusValue()
                                            + " (expected: UNKNOWN, HEALTHY, UNHEALTHY, DRAINING)");
                }
            }
        }
        return new EndpointGroup(xds.getClusterName(), endpoints);
    }

    private static Endpoint decode(EndpointXds.LbEndpoint xds, Endpoint.Health health) {
        String text =
                xds.getMetadata()
                        .getFilterMetadataOrDefault(METADATA, Struct.getDefaultInstance())
                        .getFieldsOrDefault(WORKLOAD, Value.getDefaultInstance())
                        .getStringValue();
        boolean mtls =
                MtlsCodec.TAKES_MTLS.equals(
                        xds.getMetadata()
                                .getFilterMetadataOrDefault(
                                        MtlsCodec.METADATA, Struct.getDefaultInstance()));
        return new Endpoint(
                Addresses.decode(xds.getEndpoint().getAddress()), health, workload(text), mtls);
    }

    /** What telemetry can't read it calls unknown: no reason to lose an endpoint. */
    private static Workload workload(String text) {
        String[] parts = text.split(";", -1);
        return parts.length < 4
                ? Workload.NOT_KNOWN
                : new Workload(parts[1], parts[0], parts[2], parts[3]);
    }
}
