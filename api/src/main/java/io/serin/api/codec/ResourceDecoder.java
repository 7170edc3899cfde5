// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import com.google.protobuf.Parser;
import io.serin.api.backend.Cluster;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Listener;
import io.serin.api.xds.Any;
import io.serin.api.xds.ClusterXds;
import io.serin.api.xds.EndpointXds;
import io.serin.api.xds.ListenerXds;
import io.serin.api.xds.RouteXds;

/**
 * Reads the shapes that {@link ResourceEncoder} writes. Pure; any thread.
 *
 * <p>Whatever the bytes hold, the only thing thrown is {@link CodecFault}.
 */
public final class ResourceDecoder {

    private ResourceDecoder() {}

    public static Cluster cluster(Any resource) throws CodecFault {
        return read(resource, TypeUrl.CLUSTER, ClusterXds.Cluster.parser(), ClusterCodec::decode);
    }

    public static EndpointGroup endpoints(Any resource) throws CodecFault {
        return read(
                resource,
                TypeUrl.ENDPOINT,
                EndpointXds.ClusterLoadAssignment.parser(),
                EndpointCodec::decode);
    }

    public static Listener listener(Any resource) throws CodecFault {
        return read(
                resource, TypeUrl.LISTENER, ListenerXds.Listener.parser(), ListenerCodec::decode);
    }

    public static RouteTable routeTable(Any resource) throws CodecFault {
        return read(
                resource, TypeUrl.ROUTE, RouteXds.RouteConfiguration.parser(), RouteCodec::decode);
    }

    private interface Reader<M, R> {
        R read(M message) throws CodecFault;
    }

    private static <M, R> R read(Any resource, TypeUrl type, Parser<M> parser, Reader<M, R> reader)
            throws CodecFault {
        M message = Wire.unpack(type.name(), resource, type.url(), parser);
        try {
            return reader.read(message);
        } catch (IllegalArgumentException refusedByRecord) {
            throw new CodecFault(type.name() + ": " + refusedByRecord.getMessage());
        }
    }
}
