// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import com.google.protobuf.Parser;
import io.serin.api.backend.Cluster;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.NameTable;
import io.serin.api.xds.Any;
import io.serin.api.xds.ClusterXds;
import io.serin.api.xds.EndpointXds;
import io.serin.api.xds.HomeXds;
import io.serin.api.xds.ListenerXds;
import io.serin.api.xds.NameXds;
import io.serin.api.xds.RouteXds;
import java.util.function.Function;

/**
 * Reads the shapes that {@link ResourceEncoder} writes, and refuses what would have to be done
 * differently from them. Pure; any thread.
 *
 * <p>Whatever the bytes hold, the only thing thrown is {@link CodecFault}.
 */
public final class ResourceDecoder {

    private ResourceDecoder() {}

    public static Cluster cluster(Any resource) throws CodecFault {
        return read(
                resource,
                TypeUrl.CLUSTER,
                ClusterXds.Cluster.parser(),
                xds -> "cluster '" + xds.getName() + "'",
                ClusterCodec::decode);
    }

    public static EndpointGroup endpoints(Any resource) throws CodecFault {
        return read(
                resource,
                TypeUrl.ENDPOINT,
                EndpointXds.ClusterLoadAssignment.parser(),
                xds -> "endpoints of '" + xds.getClusterName() + "'",
                EndpointCodec::decode);
    }

    public static Listener listener(Any resource) throws CodecFault {
        return read(
                resource,
                TypeUrl.LISTENER,
                ListenerXds.Listener.parser(),
                xds -> "listener '" + xds.getName() + "'",
                ListenerCodec::decode);
    }

    public static RouteTable routeTable(Any resource) throws CodecFault {
        return read(
                resource,
                TypeUrl.ROUTE,
                RouteXds.RouteConfiguration.parser(),
                xds -> "route table '" + xds.getName() + "'",
                RouteCodec::decode);
    }

    public static Home home(Any resource) throws CodecFault {
        return read(
                resource,
                TypeUrl.HOME,
                HomeXds.Home.parser(),
                xds -> "home '" + xds.getRevision() + "'",
                (_, message) -> HomeCodec.decode(message));
    }

    public static NameTable names(Any resource) throws CodecFault {
        return read(
                resource,
                TypeUrl.NAMES,
                NameXds.NameTable.parser(),
                _ -> "name table",
                NameCodec::decode);
    }

    private interface Reader<M, R> {

        /**
         * @param where names the resource, the start of every fault's message
         */
        R read(String where, M message) throws CodecFault;
    }

    private static <M, R> R read(
            Any resource,
            TypeUrl type,
            Parser<M> parser,
            Function<M, String> name,
            Reader<M, R> reader)
            throws CodecFault {
        M message = Wire.unpack("resource", resource, type.url(), parser);
        String where = name.apply(message);
        try {
            return reader.read(where, message);
        } catch (IllegalArgumentException refusedByRecord) {
            throw new CodecFault(where + ": " + refusedByRecord.getMessage());
        }
    }
}
