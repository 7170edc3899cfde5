// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.backend.Cluster;
import io.serin.api.contract.MeshAlpn;
import io.serin.api.name.SpiffeId;
import io.serin.api.xds.ClusterXds.Cluster.TransportSocketMatch;
import io.serin.api.xds.CoreXds;
import io.serin.api.xds.CoreXds.ConfigSource;
import io.serin.api.xds.CoreXds.TransportSocket;
import io.serin.api.xds.Duration;
import io.serin.api.xds.RouteXds;
import io.serin.api.xds.Struct;
import io.serin.api.xds.TlsXds.CertificateValidationContext;
import io.serin.api.xds.TlsXds.CommonTlsContext;
import io.serin.api.xds.TlsXds.CommonTlsContext.CombinedCertificateValidationContext;
import io.serin.api.xds.TlsXds.DownstreamTlsContext;
import io.serin.api.xds.TlsXds.SdsSecretConfig;
import io.serin.api.xds.TlsXds.SubjectAltNameMatcher;
import io.serin.api.xds.TlsXds.UpstreamTlsContext;
import io.serin.api.xds.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * mTLS between sidecars, in Istio's shapes: {@code
 * envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext}, chosen for an endpoint by its
 * metadata, and {@code DownstreamTlsContext}. Certificates come from beside the proxy, by SDS.
 */
final class MtlsCodec {

    /** Where an endpoint says which of its cluster's sockets is for it. */
    static final String METADATA = "envoy.transport_socket_match";

    /** The endpoint's metadata, of one that takes mTLS. */
    static final Struct TAKES_MTLS =
            Struct.newBuilder()
                    .putFields("tlsMode", Value.newBuilder().setStringValue("istio").build())
                    .build();

    private static final String TLS = "envoy.transport_sockets.tls";
    private static final String RAW = "envoy.transport_sockets.raw_buffer";

    private static final String EXTENSIONS =
            "type.googleapis.com/envoy.extensions.transport_sockets.";
    private static final String UPSTREAM = EXTENSIONS + "tls.v3.UpstreamTlsContext";
    private static final String DOWNSTREAM = EXTENSIONS + "tls.v3.DownstreamTlsContext";
    private static final String RAW_BUFFER = EXTENSIONS + "raw_buffer.v3.RawBuffer";

    /** The server that a sidecar's agent is, by the name that its bootstrap gives it. */
    private static final ConfigSource AGENT =
            ConfigSource.newBuilder()
                    .setApiConfigSource(
                            CoreXds.ApiConfigSource.newBuilder()
                                    .setApiType(CoreXds.ApiConfigSource.ApiType.GRPC)
                                    .setTransportApiVersion(CoreXds.ApiVersion.V3)
                                    .setSetNodeOnFirstMessageOnly(true)
                                    .addGrpcServices(
                                            CoreXds.GrpcService.newBuilder()
                                                    .setEnvoyGrpc(
                                                            CoreXds.EnvoyGrpc.newBuilder()
                                                                    .setClusterName("sds-grpc"))))
                    .setInitialFetchTimeout(Duration.getDefaultInstance())
                    .setResourceApiVersion(CoreXds.ApiVersion.V3)
                    .build();

    /** How the inbound side meets the mesh's clients. */
    static final TransportSocket TAKEN =
            TransportSocket.newBuilder()
                    .setName(TLS)
                    .setTypedConfig(
                            Wire.pack(
                                    DOWNSTREAM,
                                    DownstreamTlsContext.newBuilder()
                                            .setCommonTlsContext(
                                                    common(
                                                            CertificateValidationContext
                                                                    .getDefaultInstance()))
                                            .setRequireClientCertificate(Wire.TRUE)
                                            .build()))
                    .build();

    private static final TransportSocket PLAINTEXT =
            TransportSocket.newBuilder()
                    .setName(RAW)
                    .setTypedConfig(io.serin.api.xds.Any.newBuilder().setTypeUrl(RAW_BUFFER))
                    .build();

    private MtlsCodec() {}

    /**
     * How a cluster's endpoints are called: those that take mTLS by it, the others in plaintext.
     */
    static List<TransportSocketMatch> sockets(Cluster.Eds cluster) {
        return cluster.identities().isEmpty()
                ? List.of()
                : List.of(
                        socket("tlsMode-istio", TAKES_MTLS, offered(cluster)),
                        socket("tlsMode-disabled", Struct.getDefaultInstance(), PLAINTEXT));
    }

    private static TransportSocketMatch socket(String name, Struct match, TransportSocket socket) {
        return TransportSocketMatch.newBuilder()
                .setName(name)
                .setMatch(match)
                .setTransportSocket(socket)
                .build();
    }

    private static TransportSocket offered(Cluster.Eds cluster) {
        CertificateValidationContext.Builder servers = CertificateValidationContext.newBuilder();
        for (SpiffeId identity : cluster.identities()) {
            servers.addMatchTypedSubjectAltNames(
                    SubjectAltNameMatcher.newBuilder()
                            .setSanType(SubjectAltNameMatcher.SanType.URI)
                            .setMatcher(
                                    RouteXds.StringMatcher.newBuilder()
                                            .setExact(identity.toString())));
        }
        return TransportSocket.newBuilder()
                .setName(TLS)
                .setTypedConfig(
                        Wire.pack(
                                UPSTREAM,
                                UpstreamTlsContext.newBuilder()
                                        .setCommonTlsContext(
                                                common(servers.build())
                                                        .addAlpnProtocols(MeshAlpn.PEER_EXCHANGE)
                                                        .addAlpnProtocols(MeshAlpn.ANY))
                                        .setSni(sni(cluster.name()))
                                        .build()))
                .build();
    }

    /** As Istio's gateways read it: {@code outbound_.80_._.web.shop.svc.cluster.local}. */
    private static String sni(String cluster) {
        return cluster.replace("|", "_.");
    }

    private static CommonTlsContext.Builder common(CertificateValidationContext peers) {
        return CommonTlsContext.newBuilder()
                .addTlsCertificateSdsSecretConfigs(secret("default"))
                .setCombinedValidationContext(
                        CombinedCertificateValidationContext.newBuilder()
                                .setDefaultValidationContext(peers)
                                .setValidationContextSdsSecretConfig(secret("ROOTCA")));
    }

    private static SdsSecretConfig secret(String name) {
        return SdsSecretConfig.newBuilder().setName(name).setSdsConfig(AGENT).build();
    }

    /** Reads the identities that {@link #sockets} has written. */
    static List<SpiffeId> identities(
            String where,
            String cluster,
            java.time.Duration timeout,
            List<TransportSocketMatch> xds)
            throws CodecFault {
        if (xds.isEmpty()) {
            return List.of();
        }
        String place = where + ", transport_socket_matches";
        List<SpiffeId> identities = new ArrayList<>();
        UpstreamTlsContext tls =
                Wire.unpack(
                        place,
                        xds.getFirst().getTransportSocket().getTypedConfig(),
                        UPSTREAM,
                        UpstreamTlsContext.parser());
        for (SubjectAltNameMatcher name :
                tls.getCommonTlsContext()
                        .getCombinedValidationContext()
                        .getDefaultValidationContext()
                        .getMatchTypedSubjectAltNamesList()) {
            identities.add(SpiffeId.parse(name.getMatcher().getExact()));
        }
        if (!sockets(new Cluster.Eds(cluster, timeout, identities)).equals(xds)) {
            throw new CodecFault(
                    place
                            + ": another choice of sockets (expected: TLS for tlsMode istio, with"
                            + " SDS by sds-grpc and names that are identities; else raw_buffer)");
        }
        return identities;
    }
}
